"""What a rail says of an order is carried out, once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from portal.applications.telling import tell_case_workers, tell_firm
from portal.core.actor import SystemActor
from portal.core.errors import NotFound, RuleBroken
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.servicing.loans import account_of, day_of, lock_loan, terms_of, today
from portal.servicing.models import MoneyOrder, OrderRole, OrderState, Payment
from portal.servicing.orders import record_order
from portal.servicing.rails.protocol import Answer, State
from portal.servicing.standing import follow
from portal.servicing.transitions import LoanStatus, check_move

ENDS = {State.SETTLED: OrderState.SETTLED, State.FAILED: OrderState.FAILED}


@transaction.atomic(durable=True)
def settle_order(actor: SystemActor, *, order_id: UUID, answer: Answer) -> bool:
    """Put down how an order ended, with what follows for its loan; returns whether it is over.

    An answer that isn't final changes nothing, the same final one again neither. Refuses (NotFound)
    an unknown order; (RuleBroken, order_not_sent) one that nobody was sent; (RuleBroken,
    order_ended_otherwise) a rail that says something else than before.
    """
    loan_id = MoneyOrder.objects.filter(id=order_id).values_list("loan_id", flat=True).first()
    if loan_id is None or answer.order_id != order_id:
        raise NotFound(code="order_missing")
    loan = lock_loan(loan_id)
    order = MoneyOrder.objects.get(id=order_id)
    end = ENDS.get(answer.state)
    if end is None:
        return order.state in ENDS.values()
    if (order.state, order.moved_fen) == (end, answer.amount_fen):
        return True
    if order.state != OrderState.SENT:
        code = "order_not_sent" if order.state == OrderState.ASKED else "order_ended_otherwise"
        raise RuleBroken(code=code)
    order.loan = loan
    _end(order, end, answer)
    if end is OrderState.SETTLED:
        _moved(actor, order)
    else:
        _did_not_move(actor, order)
    return True


def _end(order: MoneyOrder, state: OrderState, answer: Answer) -> None:
    order.state, order.ended_at = state, answer.at or timezone.now()
    order.moved_fen, order.landed_in = answer.amount_fen, answer.into
    order.failure = answer.failure.value if answer.failure else ""
    order.save(update_fields=["state", "ended_at", "moved_fen", "landed_in", "failure"])


def _moved(actor: SystemActor, order: MoneyOrder) -> None:
    if order.role == OrderRole.DISBURSEMENT:
        _paid_out(actor, order)
    elif order.role != OrderRole.REFUND:
        _paid_in(actor, order)


def _paid_out(actor: SystemActor, order: MoneyOrder) -> None:
    loan = order.loan
    check_move(loan.status, LoanStatus.DISBURSED)
    loan.status, loan.paid_out_on = LoanStatus.DISBURSED, _day(order)
    loan.save(update_fields=["status", "paid_out_on"])
    record_order(actor, EventKind.LOAN_DISBURSED, order)
    enqueue(Job.BEGIN_LOAN, subject=f"loan:{loan.id}", key=f"begin:{loan.id}")


def _paid_in(actor: SystemActor, order: MoneyOrder) -> None:
    loan, day = order.loan, max(_day(order), terms_of(order.loan).paid_out_on)
    Payment.objects.create(order=order, loan=loan, amount_fen=order.moved_fen, paid_on=day)
    record_order(actor, EventKind.LOAN_PAID, order)
    follow(actor, loan, account_of(loan, day=max(day, today())))


def _did_not_move(actor: SystemActor, order: MoneyOrder) -> None:
    loan = order.loan
    if order.role == OrderRole.DISBURSEMENT:
        check_move(loan.status, LoanStatus.DISBURSEMENT_FAILED)
        loan.status = LoanStatus.DISBURSEMENT_FAILED
        loan.save(update_fields=["status"])
        record_order(actor, EventKind.LOAN_DISBURSEMENT_FAILED, order, code=order.failure)
        tell_case_workers(loan.application, "loan_not_paid_out")
        tell_firm(loan.application, "loan_waits")


def _day(order: MoneyOrder) -> date:
    return day_of(order.ended_at or timezone.now())
