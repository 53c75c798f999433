"""The ways to one loan, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from portal.applications.working_days import DAY, is_working_day
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.months import SHANGHAI
from portal.products.schedule import Method, due_date
from portal.servicing.account import Account
from portal.servicing.models import OPEN, Loan, MoneyOrder
from portal.servicing.terms import LoanTerms, Payment


def loan_for(actor: Actor, loan_id: UUID) -> Loan:
    """A loan of the actor's firm or bank; NotFound for any other."""
    seen = Loan.objects.visible_to(actor).select_related("application", "firm", "bank")
    return _present(seen.filter(id=loan_id).first())


def lock_loan(loan_id: UUID, actor: Actor | None = None) -> Loan:
    """The loan, held until the transaction ends: all of its money is decided after this line.

    NotFound where there is none, or none that the actor sees.
    """
    seen = Loan.objects.all() if actor is None else Loan.objects.visible_to(actor)
    held = seen.select_for_update(no_key=True, of=("self",)).select_related(
        "application__bank", "application__firm"
    )
    return _present(held.filter(id=loan_id).first())


def _present(loan: Loan | None) -> Loan:
    if loan is None:
        raise NotFound(code="loan_missing")
    return loan


def today() -> date:
    """The day in Shanghai: by it money is due, whatever the clock of the server."""
    return day_of(timezone.now())


def day_of(at: datetime) -> date:
    """The day of an instant, in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def terms_of(loan: Loan) -> LoanTerms:
    """What was agreed. Refuses (`ValueError`) a loan that was not paid out."""
    if loan.paid_out_on is None:
        raise ValueError(f"{loan} has not been paid out")
    due = [due_date(loan.paid_out_on, number + 1) for number in range(loan.term_months)]
    last_days = dict(zip(due, map(date.fromisoformat, loan.last_days), strict=False))
    return LoanTerms(
        amount_fen=loan.amount_fen,
        annual_rate_bp=loan.annual_rate_bp,
        penalty_rate_bp=loan.penalty_rate_bp,
        term_months=loan.term_months,
        method=Method(loan.method),
        paid_out_on=loan.paid_out_on,
        last_day=lambda day: last_days.get(day, day),
    )


def account_of(loan: Loan, *, day: date, payments: Iterable[Payment] | None = None) -> Account:
    """What is owed on ``day``, from the payments that arrived until then."""
    paid = payments_of(loan) if payments is None else payments
    return Account.after(terms_of(loan), paid, day=max(day, terms_of(loan).paid_out_on))


def payments_of(loan: Loan) -> list[Payment]:
    """In the order of their days."""
    rows = loan.payments.order_by("paid_on", "noted_at", "order_id")
    return [Payment(row.amount_fen, row.paid_on) for row in rows]


def open_order(loan: Loan) -> MoneyOrder | None:
    """The order that is under way; there is at most one."""
    return MoneyOrder.objects.filter(loan=loan, state__in=OPEN).first()


def last_day_to_pay(due_on: date) -> date:
    """The due date itself, or the next working day: as the calendar says now."""
    while not is_working_day(due_on):
        due_on += DAY
    return due_on


def next_look(account: Account, *, day: date) -> date | None:
    """When the loan is to be looked at again: tomorrow while something is due; None at its end."""
    if account.claims:
        return day + timedelta(days=1)
    return account.plan[0].due_on if account.plan else None
