"""What became of a bank's loans, as the bank or the loan's own servicing states it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

OVERDUE_DAYS: Final = 90


class LoanOutcome(models.Model):
    """One statement about the loan of an application; of several the newest counts.

    Nobody has noted it (``noted_by``) where the loan was serviced here and said it itself.
    ``overdue_90_on`` is the day on which a payment had been overdue for 90 days, the first time;
    empty as long as there was none. Statements are added and never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application_id = models.UUIDField()
    bank_id = models.UUIDField()
    paid_out_on = models.DateField()
    overdue_90_on = models.DateField(null=True)
    noted_by = models.UUIDField(null=True)
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "modelwatch_loan_outcome"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outcome_overdue_after_90_days",
                condition=Q(overdue_90_on__isnull=True)
                | Q(overdue_90_on__gte=F("paid_out_on") + timedelta(days=OVERDUE_DAYS)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application_id", "-noted_at"], name="outcome_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} paid out {self.paid_out_on}"
