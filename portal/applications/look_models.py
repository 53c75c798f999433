"""That somebody at the bank opened a case on a day: what keeps the ledger to one entry of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Through(models.TextChoices):
    """By a person's eyes, or by a program of the bank."""

    PAGE = "page"
    API = "api"


class CaseLook(models.Model):
    """The first look of one actor at one case on one day of Shanghai, each way."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="+"
    )
    actor = models.CharField(max_length=80)
    through = models.CharField(max_length=4, choices=Through.choices)
    day = models.DateField()

    class Meta:
        app_label = "applications"
        db_table = "applications_case_look"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "actor", "through", "day"], name="case_look_once_a_day"
            ),
            models.CheckConstraint(
                name="case_look_through_known", condition=Q(through__in=Through.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.application_id} {self.day}"
