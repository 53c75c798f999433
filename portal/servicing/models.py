"""Loans, the orders that move their money, and the payments that came of them."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.core.actor import Actor, OrganisationKind
from portal.products.schedule import Method
from portal.servicing.rails.protocol import Kind
from portal.servicing.transitions import MOVES, PAID_OUT, LoanStatus


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, actor: Actor) -> Self:
        """A firm's own loans and a bank's; nothing for anybody else."""
        match actor.organisation_kind:
            case OrganisationKind.FIRM:
                return self.filter(firm_id=actor.organisation_id)
            case OrganisationKind.BANK:
                return self.filter(bank_id=actor.organisation_id)
            case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR | None:
                return self.none()


class Loan(models.Model):
    """One agreement that is carried out; its terms as both sides signed them.

    Money in fen, rates in basis points of a year. ``last_days`` are, instalment by instalment, the
    last days on which it can be paid without a penalty, as ISO dates: frozen when the loan begins,
    since calendars of holidays change. What is owed is not stored: it follows from the terms and
    the payments (`accounts.account_of`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.OneToOneField(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="loan"
    )
    offer = models.OneToOneField(
        "applications.Offer", on_delete=models.PROTECT, related_name="loan"
    )
    firm = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=24, default=LoanStatus.DISBURSING)
    agreement_sha256 = models.CharField(max_length=64)
    rail = models.CharField(max_length=16)
    account = models.CharField(max_length=32)
    bank_account = models.CharField(max_length=32)
    payees = models.JSONField(default=list)
    amount_fen = models.BigIntegerField()
    fees_fen = models.BigIntegerField(default=0)
    annual_rate_bp = models.PositiveIntegerField()
    effective_bp = models.PositiveIntegerField()
    penalty_rate_bp = models.PositiveIntegerField()
    term_months = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=16)
    opened_at = models.DateTimeField(default=timezone.now)
    paid_out_on = models.DateField(null=True)
    last_days = models.JSONField(default=list)
    next_look_on = models.DateField(null=True)
    reminded_for = models.DateField(null=True)
    arrears = models.CharField(max_length=16, default="normal")
    settled_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    statement = models.JSONField(null=True)
    statement_sha256 = models.CharField(max_length=64, default="")

    objects = LoanQuerySet.as_manager()

    class Meta:
        db_table = "servicing_loan"
        constraints: ClassVar = [
            models.CheckConstraint(name="loan_status_known", condition=Q(status__in=sorted(MOVES))),
            models.CheckConstraint(
                name="loan_method_known", condition=Q(method__in=[one.value for one in Method])
            ),
            models.CheckConstraint(
                name="loan_of_money_and_time", condition=Q(amount_fen__gt=0, term_months__gt=0)
            ),
            models.CheckConstraint(
                name="loan_paid_out_has_its_day",
                condition=Q(status__in=sorted(PAID_OUT), paid_out_on__isnull=False)
                | Q(status=LoanStatus.CLOSED)
                | Q(
                    status__in=[LoanStatus.DISBURSING, LoanStatus.DISBURSEMENT_FAILED],
                    paid_out_on__isnull=True,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_look_on", "id"],
                name="loan_to_look_at",
                condition=Q(next_look_on__isnull=False),
            ),
            models.Index(
                fields=["status", "id"],
                name="loan_between_steps",
                condition=Q(status__in=[LoanStatus.DISBURSED, LoanStatus.SETTLED]),
            ),
            models.Index(fields=["bank", "status", "id"], name="loan_of_bank"),
            models.Index(fields=["firm", "id"], name="loan_of_firm"),
        ]

    def __str__(self) -> str:
        return f"loan {self.id} ({self.status})"


class OrderState(models.TextChoices):
    """``asked``: nobody was sent it yet. ``differs``: the rail has another order under its id."""

    ASKED = "asked"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"
    DIFFERS = "differs"


class OrderRole(models.TextChoices):
    """What an order is for."""

    DISBURSEMENT = "disbursement"
    INSTALMENT = "instalment"
    EARLY = "early"
    REFUND = "refund"


OPEN = (OrderState.ASKED, OrderState.SENT, OrderState.DIFFERS)


class MoneyOrder(models.Model):
    """One order to a rail: what is asked never changes, what became of it is written once.

    Of a loan at most one is open, and at most one disbursement ever settles: both by constraint.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="orders")
    role = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    amount_fen = models.BigIntegerField()
    least_fen = models.BigIntegerField()
    payer = models.CharField(max_length=32)
    payee = models.CharField(max_length=32)
    payees = models.JSONField(default=list)
    state = models.CharField(max_length=8, default=OrderState.ASKED)
    moved_fen = models.BigIntegerField(default=0)
    failure = models.CharField(max_length=32, default="")
    landed_in = models.CharField(max_length=80, default="")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "servicing_order"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state__in=list(OPEN)), name="one_open_order_of_a_loan"
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(role=OrderRole.DISBURSEMENT, state=OrderState.SETTLED),
                name="one_disbursement_of_a_loan",
            ),
            models.CheckConstraint(
                name="order_kind_known", condition=Q(kind__in=[one.value for one in Kind])
            ),
            models.CheckConstraint(
                name="order_state_known", condition=Q(state__in=OrderState.values)
            ),
            models.CheckConstraint(
                name="order_of_money",
                condition=Q(least_fen__gte=1, amount_fen__gte=F("least_fen")),
            ),
            models.CheckConstraint(
                name="order_moved_what_was_asked",
                condition=Q(
                    state=OrderState.SETTLED,
                    moved_fen__gte=F("least_fen"),
                    moved_fen__lte=F("amount_fen"),
                )
                | ~Q(state=OrderState.SETTLED) & Q(moved_fen=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at", "id"], name="order_open", condition=Q(state__in=list(OPEN))
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.id} ({self.state})"


class Payment(models.Model):
    """Money of the firm that arrived, on the rail's day; what it pays off is computed, not kept."""

    order = models.OneToOneField(
        MoneyOrder, on_delete=models.PROTECT, primary_key=True, related_name="payment"
    )
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "servicing_payment"
        constraints: ClassVar = [
            models.CheckConstraint(name="payment_of_money", condition=Q(amount_fen__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen} fen on {self.paid_on}"


class BankAccount(models.Model):
    """From which account of a bank a rail pays out, and into which it collects."""

    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    rail = models.CharField(max_length=16)
    account = models.CharField(max_length=32)

    class Meta:
        db_table = "servicing_bank_account"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "rail"], name="one_account_of_a_bank_and_rail")
        ]

    def __str__(self) -> str:
        return f"{self.rail} {self.account}"
