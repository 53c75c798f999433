"""A rail that has another order under our id is left alone until people have looked."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from portal.applications.telling import tell_case_workers
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.servicing.loans import lock_loan
from portal.servicing.models import MoneyOrder, OrderState
from portal.servicing.orders import record_order


@transaction.atomic(durable=True)
def dispute_order(actor: SystemActor, *, order_id: UUID) -> MoneyOrder:
    """Stop the order for good; it stays open, so that no other of its loan is sent meanwhile.

    One that is over, or stopped, stays as it is. Refuses (NotFound) an unknown order.
    """
    loan_id = MoneyOrder.objects.filter(id=order_id).values_list("loan_id", flat=True).first()
    if loan_id is None:
        raise NotFound(code="order_missing")
    loan = lock_loan(loan_id)
    order = MoneyOrder.objects.get(id=order_id)
    if order.state != OrderState.SENT:
        return order
    order.state = OrderState.DIFFERS
    order.save(update_fields=["state"])
    order.loan = loan
    record_order(actor, EventKind.LOAN_ORDER_DISPUTED, order)
    tell_case_workers(loan.application, "loan_order_disputed")
    return order
