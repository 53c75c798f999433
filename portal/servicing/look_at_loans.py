"""The run of a day: what has fallen due is collected, what is late is classed."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Prefetch

from portal.core.actor import SystemActor
from portal.servicing.loans import account_of
from portal.servicing.models import OPEN, Loan, MoneyOrder, OrderRole, Payment
from portal.servicing.orders import new_collection
from portal.servicing.standing import follow
from portal.servicing.terms import Payment as Paid
from portal.servicing.transitions import RUNNING

log = logging.getLogger(__name__)
BATCH: Final = 200


@transaction.atomic(durable=True)
def look_at_loans(actor: SystemActor, *, day: date, limit: int = BATCH) -> int:
    """Look at up to ``limit`` loans whose day has come, oldest first; returns how many.

    Each is looked at once a day, whoever else runs this and however often it is broken off: the
    day of its next look is stored with what was done. What is due is asked for in one order, as
    much of it as the firm's account has; not while another order of the loan is open. One that
    can't be counted doesn't stop the others: it is logged, and left until tomorrow.
    """
    loans = _whose_day_has_come(day, limit)
    for loan in loans:
        try:
            with transaction.atomic():
                _look(actor, loan, day)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("%s can't be counted on %s: it is left until tomorrow", loan, day)
            Loan.objects.filter(id=loan.id).update(next_look_on=day + timedelta(days=1))
    return len(loans)


def _look(actor: SystemActor, loan: Loan, day: date) -> None:
    paid = [Paid(row.amount_fen, row.paid_on) for row in loan.payments.all()]
    account = account_of(loan, day=day, payments=paid)
    follow(actor, loan, account)
    due = account.due.owed_fen
    if due and not loan.orders.all():
        new_collection(actor, loan, amount_fen=due, role=OrderRole.INSTALMENT)


def _whose_day_has_come(day: date, limit: int) -> list[Loan]:
    waiting = Loan.objects.filter(next_look_on__lte=day, status__in=RUNNING)
    held = waiting.select_for_update(no_key=True, of=("self",), skip_locked=True)
    beside = (
        Prefetch("payments", queryset=Payment.objects.order_by("paid_on", "noted_at", "order_id")),
        Prefetch("orders", queryset=MoneyOrder.objects.filter(state__in=OPEN)),
    )
    return list(held.order_by("next_look_on", "id").prefetch_related(*beside)[:limit])
