"""The decision that ends a case, with all that it rests on."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.products.reason_codes import Outcome


class Decision(models.Model):
    """A decision with every input frozen beside it; written once, never changed.

    ``terms`` is what an approval offers, and ``amount_fen`` its amount; of a decline what was asked
    for. ``alone_fen`` is what ``decided_by`` could approve alone then; above it ``approved_by`` is
    the second person. The database refuses an approval that lacks one. ``decided_by`` is None where
    the product's policy decided by itself, within ``alone_fen``. ``review_of`` is the decision that
    a person looked at again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="decisions"
    )
    review_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reasons = ArrayField(models.CharField(max_length=40))
    note_to_firm = models.CharField(max_length=1000, blank=True, default="")
    terms = models.JSONField(null=True)
    amount_fen = models.BigIntegerField()
    alone_fen = models.BigIntegerField()
    decided_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    inputs = models.JSONField()
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "applications_decision"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="decision_outcome_known", condition=Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(name="decision_has_reason", condition=Q(reasons__len__gte=1)),
            models.CheckConstraint(
                name="decision_above_limit_has_second",
                condition=Q(outcome=Outcome.DECLINE)
                | Q(approved_by__isnull=False)
                | Q(amount_fen__lte=F("alone_fen")),
            ),
            models.CheckConstraint(
                name="decision_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | Q(decided_by__isnull=False) & ~Q(approved_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="decision_of_policy_within_limit",
                condition=Q(decided_by__isnull=False) | Q(amount_fen__lte=F("alone_fen")),
            ),
            models.CheckConstraint(
                name="decision_approval_has_terms",
                condition=Q(outcome=Outcome.APPROVE, terms__isnull=False)
                | Q(outcome=Outcome.DECLINE, terms__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(review_of__isnull=True),
                name="decision_once_but_for_reviews",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "-decided_at"], name="decision_of_application")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.application_id}"

    @property
    def is_automatic(self) -> bool:
        """Whether the product's policy made it alone."""
        return self.decided_by is None
