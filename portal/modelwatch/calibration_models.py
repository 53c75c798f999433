"""What became of the loans of a quarter: counts, and no firm's loan."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from scoring.engine.calibration import Fit


class CountedVintage(models.Model):
    """When the loans paid out in a quarter were last counted."""

    first_day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "modelwatch_counted_vintage"

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class VintageCount(models.Model):
    """Of a bank's loans paid out in a quarter, how many with scores of a band went bad in a year.

    ``foreseen_ppm`` is the sum of the probabilities that their scores gave, in parts per million.
    """

    first_day = models.DateField()
    model_sha256 = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    bank_id = models.UUIDField()
    band = models.CharField(max_length=1)
    loans = models.PositiveIntegerField()
    bad = models.PositiveIntegerField()
    foreseen_ppm = models.PositiveBigIntegerField()

    class Meta:
        db_table = "modelwatch_vintage_count"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model_sha256", "bank_id", "first_day", "band"], name="vintage_count_once"
            ),
            models.CheckConstraint(
                name="vintage_count_adds_up",
                condition=Q(bad__lte=F("loans")) & Q(foreseen_ppm__lte=F("loans") * 1_000_000),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.band} ({self.first_day:%Y-%m})"


class CalibrationNote(models.Model):
    """A quarter whose bad loans didn't fit the model; ``bank_id`` empty for all banks together.

    Written once: what was seen on that day, though a later count may say something else.
    """

    first_day = models.DateField()
    model_sha256 = models.CharField(max_length=64)
    bank_id = models.UUIDField(null=True)
    fit = models.CharField(max_length=10)
    loans = models.PositiveIntegerField()
    bad = models.PositiveIntegerField()
    foreseen_ppm = models.PositiveBigIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "modelwatch_calibration_note"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model_sha256", "bank_id", "first_day", "fit"],
                name="calibration_note_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="calibration_note_fit", condition=Q(fit__in=[Fit.MORE.value, Fit.FEWER.value])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fit} ({self.first_day:%Y-%m})"
