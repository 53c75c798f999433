"""How the firms scored in a month spread over the model's classes: counts, and no firm's score."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from portal.modelwatch.calibration_models import CalibrationNote, CountedVintage, VintageCount
from portal.modelwatch.fairness_models import CountedQuarter, QuarterCount
from portal.modelwatch.outcome_models import LoanOutcome
from scoring.engine.drift import Level

__all__ = [
    "CalibrationNote",
    "CountedMonth",
    "CountedQuarter",
    "CountedVintage",
    "DriftNote",
    "LoanOutcome",
    "MonthCount",
    "QuarterCount",
    "VintageCount",
]

# The part of a model that is the score itself; the others are its features.
SCORE: Final = "score"
# Classes of the score are steps of so many points, named by the first; a firm without one is in 0.
STEP: Final = 50


class CountedMonth(models.Model):
    """When a month's scores were last counted."""

    as_of_month = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "modelwatch_counted_month"

    def __str__(self) -> str:
        return f"{self.as_of_month:%Y-%m}"


class MonthCount(models.Model):
    """Of the firms that a bank had scored as of a month, how many are in a class of a part.

    The class of a feature is the points that its bin brings. A firm counts once for each bank and
    model, with the newest score of the month.
    """

    as_of_month = models.DateField()
    model_sha256 = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    bank_id = models.UUIDField()
    part = models.CharField(max_length=40)
    of = models.SmallIntegerField()
    firms = models.PositiveIntegerField()

    class Meta:
        db_table = "modelwatch_month_count"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model_sha256", "bank_id", "as_of_month", "part", "of"],
                name="month_count_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.of} ({self.as_of_month:%Y-%m})"


class DriftNote(models.Model):
    """A month in which a part was out of its place; ``bank_id`` empty for all banks together.

    Written once: what was seen on that day, though a later count may say something else.
    """

    as_of_month = models.DateField()
    model_sha256 = models.CharField(max_length=64)
    bank_id = models.UUIDField(null=True)
    part = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    index_ppm = models.PositiveIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "modelwatch_drift_note"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model_sha256", "bank_id", "as_of_month", "part", "level"],
                name="drift_note_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="drift_note_level",
                condition=Q(level__in=[Level.LOOK.value, Level.SHIFT.value]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.level} ({self.as_of_month:%Y-%m})"
