"""What a bank's officers work with beside the case itself: settings, notes, questions."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ledger.format.commitment import commitment_of, new_key
from portal.applications.clock import (
    DEFAULT_REVIEW_DAYS,
    DEFAULT_WORKING_DAYS,
    MOST_WORKING_DAYS,
)

COMMITTED = "taxbridge-question/1"


class Desk(models.Model):
    """A bank's own settings; a bank without a row works by the defaults.

    ``review_days`` are the working days for a case whose firm asked for a person.
    """

    bank = models.OneToOneField(
        "accounts.Organisation", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    working_days = models.PositiveSmallIntegerField(default=DEFAULT_WORKING_DAYS)
    review_days = models.PositiveSmallIntegerField(default=DEFAULT_REVIEW_DAYS)

    class Meta:
        app_label = "applications"
        db_table = "applications_desk"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="desk_working_days_plausible",
                condition=Q(working_days__gte=1, working_days__lte=MOST_WORKING_DAYS),
            ),
            models.CheckConstraint(
                name="desk_review_days_plausible",
                condition=Q(review_days__gte=1, review_days__lte=MOST_WORKING_DAYS),
            ),
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


class Question(models.Model):
    """What the bank wants to know of the firm, and the firm's answer. One at a time is open.

    The ledger has commitments to the texts, under ``key``. Texts and key are erased together, at
    ``erased_at``; what the ledger has says nothing to anybody then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="questions"
    )
    text = models.CharField(max_length=2000)
    key = models.BinaryField(default=new_key)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=2000, blank=True, default="")
    answered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "applications"
        db_table = "applications_question"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="question_has_text",
                condition=~Q(text="") & Q(erased_at__isnull=True)
                | Q(text="", answer="", key=b"", erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="question_answered_whole",
                condition=Q(erased_at__isnull=False)
                | Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True),
                name="question_one_open_per_case",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["application", "asked_at"], name="question_of")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.asked_at:%Y-%m-%d %H:%M}"

    def digest_of(self, text: str) -> str:
        """What the ledger keeps of a text: enough to show later that it was this one."""
        return commitment_of(COMMITTED, {"text": text}, key=bytes(self.key))
