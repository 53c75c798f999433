"""Four eyes: how much a person may approve, and approvals that wait for a second person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class ApprovalLimit(models.Model):
    """How much one person of a bank may approve, alone and as the second; money in fen.

    Without a row the standard limits of ``limits`` hold. Set by another person than the one it is
    for, which the database holds as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    alone_fen = models.BigIntegerField()
    second_fen = models.BigIntegerField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "applications_approval_limit"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bank", "person"], name="approval_limit_once_per_person"
            ),
            models.CheckConstraint(
                name="approval_limit_in_range",
                condition=Q(alone_fen__gte=0, second_fen__gte=0),
            ),
            models.CheckConstraint(
                name="approval_limit_set_by_another", condition=~Q(set_by=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.alone_fen}"


class Answer(models.TextChoices):
    """What the second person said."""

    APPROVED = "approved"
    RETURNED = "returned"


class Proposal(models.Model):
    """One officer's approval above the own limit, with every input frozen beside it.

    Of an application's proposals the newest counts, and only while the case awaits approval.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="proposals"
    )
    reasons = ArrayField(models.CharField(max_length=40))
    note_to_firm = models.CharField(max_length=1000, blank=True, default="")
    terms = models.JSONField()
    inputs = models.JSONField()
    alone_fen = models.BigIntegerField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True, default="")
    answer_note = models.CharField(max_length=1000, blank=True, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_proposal"
        constraints: ClassVar = [
            models.CheckConstraint(name="proposal_has_reason", condition=Q(reasons__len__gte=1)),
            models.CheckConstraint(
                name="proposal_answered_by_another",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="proposal_answered_whole",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | Q(
                    answer__in=Answer.values,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "-proposed_at"], name="proposal_of_application")
        ]

    def __str__(self) -> str:
        return f"proposal {self.application_id}"
