"""The run of a day: what has fallen due is collected, what is late is classed."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Prefetch

from portal.core.actor import SystemActor
from portal.servicing.loans import account_of
from portal.servicing.models import OPEN, Loan, MoneyOrder, OrderRole, Payment
from portal.servicing.orders import new_collection
from portal.servicing.standing import follow
from portal.servicing.terms import Payment as Paid
from portal.servicing.transitions import RUNNING

BATCH: Final = 200


@transaction.atomic(durable=True)
def look_at_loans(actor: SystemActor, *, day: date, limit: int = BATCH) -> int:
    """Look at up to ``limit`` loans whose day has come, oldest first; returns how many.

    Each is looked at once a day, whoever else runs this and however often it is broken off: the
    day of its next look is stored with what was done. What is due is asked for in one order, as
    much of it as the firm's account has; not while another order of the loan is open.
    """
    loans = _whose_day_has_come(day, limit)
    for loan in loans:
        paid = [Paid(row.amount_fen, row.paid_on) for row in loan.payments.all()]
        account = account_of(loan, day=day, payments=paid)
        follow(actor, loan, account)
        due = account.due.owed_fen
        if due and not loan.orders.all():
            new_collection(actor, loan, amount_fen=due, role=OrderRole.INSTALMENT)
    return len(loans)


def _whose_day_has_come(day: date, limit: int) -> list[Loan]:
    waiting = Loan.objects.filter(next_look_on__lte=day, status__in=RUNNING)
    held = waiting.select_for_update(no_key=True, of=("self",), skip_locked=True)
    beside = (
        Prefetch("payments", queryset=Payment.objects.order_by("paid_on", "noted_at", "order_id")),
        Prefetch("orders", queryset=MoneyOrder.objects.filter(state__in=OPEN)),
    )
    oldest = held.select_related("application__bank", "application__firm")
    return list(oldest.order_by("next_look_on", "id").prefetch_related(*beside)[:limit])
