"""What a bank's officers work with beside the case itself: settings, notes, questions."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.applications.clock import DEFAULT_WORKING_DAYS, MOST_WORKING_DAYS


def new_salt() -> bytes:
    """Kept beside a text, so that its digest on the ledger can't be found by guessing the text."""
    return secrets.token_bytes(16)


class Desk(models.Model):
    """A bank's own settings; a bank without a row works by the defaults."""

    bank = models.OneToOneField(
        "accounts.Organisation", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    working_days = models.PositiveSmallIntegerField(default=DEFAULT_WORKING_DAYS)

    class Meta:
        app_label = "applications"
        db_table = "applications_desk"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="desk_working_days_plausible",
                condition=Q(working_days__gte=1, working_days__lte=MOST_WORKING_DAYS),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_id}: {self.working_days} days"


class Note(models.Model):
    """An officer's remark for the colleagues; written once, never shown to the firm."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="notes"
    )
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "applications"
        db_table = "applications_note"
        constraints: ClassVar = [
            models.CheckConstraint(name="note_has_text", condition=~Q(text="")),
        ]
        indexes: ClassVar = [models.Index(fields=["application", "-written_at"], name="note_of")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.written_at:%Y-%m-%d %H:%M}"
