"""Decisions of a quarter by class of firm: counts, and no firm's decision."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Dimension(StrEnum):
    """By what firms are put in classes."""

    REGION = "region"
    SIZE = "size"
    INDUSTRY = "industry"


class CountedQuarter(models.Model):
    """When a quarter's decisions were last counted."""

    first_day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "modelwatch_counted_quarter"

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class QuarterCount(models.Model):
    """What a bank decided about the firms of one class in a quarter.

    A firm counts once for each bank, with its newest decision. ``followed`` and ``overruled`` are
    decisions by a person where the policy had said to approve or to decline. ``score_sum`` is over
    the ``scored`` ones. ``of`` is the class, empty where nobody knows it.
    """

    first_day = models.DateField()
    bank_id = models.UUIDField()
    dimension = models.CharField(max_length=10)
    of = models.CharField(max_length=10, blank=True)
    approved = models.PositiveIntegerField()
    declined = models.PositiveIntegerField()
    followed = models.PositiveIntegerField()
    overruled = models.PositiveIntegerField()
    scored = models.PositiveIntegerField()
    score_sum = models.PositiveBigIntegerField()

    class Meta:
        db_table = "modelwatch_quarter_count"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first_day", "bank_id", "dimension", "of"], name="quarter_count_once"
            ),
            models.CheckConstraint(
                name="quarter_count_dimension_known",
                condition=Q(dimension__in=[one.value for one in Dimension]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.of} ({self.first_day:%Y-%m})"
