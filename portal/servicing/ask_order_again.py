"""A stopped order is looked up once more, after people have cleared up what the rail has."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.servicing.loans import lock_loan, open_order
from portal.servicing.models import MoneyOrder, OrderState
from portal.servicing.orders import ask_to_move, record_order


@transaction.atomic(durable=True)
def ask_order_again(actor: Actor, *, loan_id: UUID) -> MoneyOrder:
    """Have the stopped order of a loan looked up; it is sent anew only if the rail has none.

    Where the rail still has another order under its number it is stopped again. Refuses
    (NotAllowed) who may not, (NotFound) another bank's loan, (RuleBroken, order_not_stopped) one
    none of whose orders is stopped.
    """
    require(actor, Permission.LOAN_DISBURSE)
    loan = lock_loan(loan_id, actor)
    order = open_order(loan)
    if order is None or order.state != OrderState.DIFFERS:
        raise RuleBroken(_("No money order of this loan is stopped."), code="order_not_stopped")
    order.loan, order.state = loan, OrderState.SENT
    order.save(update_fields=["state"])
    ask_to_move(order)
    record_order(actor, EventKind.LOAN_ORDER_ASKED_AGAIN, order)
    return order
