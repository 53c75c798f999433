"""A loan application: one firm's wish for one product of one bank."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone, translation

from portal.applications import transitions
from portal.applications.action_reasons import ActionReason
from portal.applications.approval_models import ApprovalLimit, Proposal
from portal.applications.decision_models import Decision
from portal.applications.desk_models import Desk, Note, Question
from portal.applications.document_models import Document
from portal.applications.funding_models import FundingRequest
from portal.applications.look_models import CaseLook
from portal.applications.monitoring_models import MonitoringAsk
from portal.applications.offer_models import Acceptance, BankSignature, Offer, PayoutPlace
from portal.applications.policy_models import PolicyRun
from portal.applications.rules import ProductTerms
from portal.applications.transitions import Status
from portal.core.actor import Actor, OrganisationKind

__all__ = [
    "Acceptance",
    "ApprovalLimit",
    "BankSignature",
    "CaseLook",
    "Decision",
    "Desk",
    "Document",
    "FundingRequest",
    "LoanApplication",
    "LoanApplicationQuerySet",
    "MonitoringAsk",
    "Note",
    "Offer",
    "PayoutPlace",
    "PolicyRun",
    "Proposal",
    "Question",
]

# No vowels and nothing that is misread aloud or by eye: a reference is dictated on the phone.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
_SENT = Q(submitted_at__isnull=False)
_UNDECIDED = Q(status__in=sorted(transitions.UNDECIDED))


def new_reference() -> str:
    """A random reference such as ``LA-7K3M-2QXW``; it says nothing about order or number."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"LA-{letters[:4]}-{letters[4:]}"


class LoanApplicationQuerySet(models.QuerySet["LoanApplication"]):
    def visible_to(self, actor: Actor) -> Self:
        """A firm's own applications, a bank's sent ones; nothing for anybody else."""
        match actor.organisation_kind:
            case OrganisationKind.FIRM:
                return self.filter(firm_id=actor.organisation_id)
            case OrganisationKind.BANK:
                return self.filter(bank_id=actor.organisation_id, submitted_at__isnull=False)
            case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR | None:
                return self.none()


class LoanApplication(models.Model):
    """One firm's wish for one product. Answers may be missing while it is a draft.

    ``submitted_at`` is when the bank first got it, also when it was sent again later. ``due_at`` is
    until when the bank means to decide; ``clock_stopped_at`` since when that waits for the firm.
    ``decision`` is the one that stands; ``review_asked_at`` is when the firm asked for a person
    after the policy had declined alone, in words of ``review_note``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    firm = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="applications"
    )
    bank = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="received_applications",
    )
    product = models.ForeignKey(
        "products.Product", on_delete=models.PROTECT, related_name="applications"
    )
    funding = models.ForeignKey(
        FundingRequest, on_delete=models.PROTECT, related_name="applications"
    )
    status = models.CharField(
        max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    amount_fen = models.BigIntegerField(null=True)
    term_months = models.PositiveSmallIntegerField(null=True)
    use_of_funds = models.CharField(max_length=400, blank=True, default="")
    request_id = models.UUIDField(null=True)
    consent_id = models.UUIDField(null=True)
    score_id = models.UUIDField(null=True)
    action_reason = models.CharField(
        max_length=20, choices=ActionReason.choices, blank=True, default=""
    )
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    first_opened_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    review_asked_at = models.DateTimeField(null=True)
    review_note = models.CharField(max_length=1000, blank=True, default="")
    assigned_to = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    assigned_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    clock_stopped_at = models.DateTimeField(null=True)

    objects = LoanApplicationQuerySet.as_manager()

    class Meta:
        db_table = "applications_application"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="application_status_known",
                condition=Q(status__in=list(transitions.MOVES)),
            ),
            models.CheckConstraint(
                name="application_amount_positive",
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0),
            ),
            models.CheckConstraint(
                name="application_complete_once_sent",
                condition=Q(status__in=sorted(transitions.UNSENT))
                | Q(
                    amount_fen__isnull=False,
                    term_months__isnull=False,
                    submitted_at__isnull=False,
                    consent_id__isnull=False,
                )
                & ~Q(use_of_funds=""),
            ),
            models.CheckConstraint(
                name="application_action_has_reason",
                condition=Q(status=Status.ACTION_REQUIRED, action_reason__gt="")
                | ~Q(status=Status.ACTION_REQUIRED) & Q(action_reason=""),
            ),
            models.CheckConstraint(
                name="application_decided_has_decision",
                condition=Q(
                    status__in=sorted(transitions.DECIDED | {Status.WITHDRAWN}),
                    decided_at__isnull=False,
                    decision__isnull=False,
                )
                | ~Q(status__in=sorted(transitions.DECIDED))
                & Q(decided_at__isnull=True, decision__isnull=True),
            ),
            models.CheckConstraint(
                name="application_undecided_has_deadline",
                condition=~_UNDECIDED | Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_assigned_has_time",
                condition=Q(assigned_to__isnull=True, assigned_at__isnull=True)
                | Q(assigned_to__isnull=False, assigned_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["firm", "product"],
                condition=Q(status=Status.DRAFT),
                name="application_one_draft_per_product",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "-created_at"], name="application_of_firm"),
            # Each way to narrow or order the queue has its index (bench/lending.py queue).
            models.Index(
                fields=["bank", "submitted_at", "id"], name="application_queue", condition=_SENT
            ),
            models.Index(
                fields=["bank", "status", "submitted_at", "id"],
                name="application_in_status",
                condition=_SENT,
            ),
            models.Index(
                fields=["product", "submitted_at", "id"],
                name="application_of_product",
                condition=_SENT,
            ),
            models.Index(
                fields=["assigned_to", "submitted_at", "id"],
                name="application_of_officer",
                condition=Q(assigned_to__isnull=False),
            ),
            models.Index(
                fields=["assigned_to", "submitted_at", "id"],
                name="application_on_desk",
                condition=_UNDECIDED,
            ),
            models.Index(
                fields=["bank", "submitted_at", "id"],
                name="application_unseen",
                condition=_UNDECIDED & Q(first_opened_at__isnull=True),
            ),
            models.Index(
                fields=["bank", "submitted_at", "id"],
                name="application_seen",
                condition=_UNDECIDED & Q(first_opened_at__isnull=False),
            ),
            models.Index(
                fields=["bank", "due_at", "id"],
                name="application_due_unseen",
                condition=_UNDECIDED & Q(first_opened_at__isnull=True),
            ),
            models.Index(
                fields=["bank", "due_at", "id"],
                name="application_due_seen",
                condition=_UNDECIDED & Q(first_opened_at__isnull=False),
            ),
            models.Index(
                fields=["bank", "submitted_at", "id"],
                name="application_reviews",
                condition=_UNDECIDED & Q(review_asked_at__isnull=False),
            ),
            # Offers that wait: those that have run out are looked for every few minutes.
            models.Index(
                fields=["decided_at", "id"],
                name="application_offered",
                condition=Q(status=Status.OFFERED),
            ),
            models.Index(
                fields=["bank", "due_at", "id"],
                name="application_next",
                condition=Q(status=Status.UNDER_REVIEW, assigned_to__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def ref(self) -> str:
        """How jobs and the ledger name this application."""
        return f"application:{self.id}"

    @property
    def is_firms_to_send(self) -> bool:
        """Whether the firm can change and send it; not while the bank waits for an answer."""
        return self.status in transitions.SENDABLE and not self.is_asked

    @property
    def is_asked(self) -> bool:
        """Whether the bank's question waits for its answer."""
        return self.action_reason == ActionReason.QUESTION

    @property
    def bank_name(self) -> str:
        """The bank's legal name in the language of the page."""
        return self.bank.name_in(translation.get_language() or "en")

    @property
    def firm_name(self) -> str:
        """The firm's legal name in the language of the page."""
        return self.firm.name_in(translation.get_language() or "en")

    def product_terms(self) -> ProductTerms:
        """The product's bounds, as the pure rules take them."""
        return ProductTerms(
            min_amount_fen=self.product.min_amount_fen,
            max_amount_fen=self.product.max_amount_fen,
            terms_months=tuple(self.product.terms_months),
        )
