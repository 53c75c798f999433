"""An order's way over its rail: written down as sent, sent, and looked up until it is over."""

from __future__ import annotations

import logging
from typing import Final

from portal.core.actor import SystemActor
from portal.core.jobs import Retry
from portal.jobs.registry import JobRun
from portal.servicing.dispute_order import dispute_order
from portal.servicing.models import MoneyOrder, OrderState
from portal.servicing.note_sent import note_sent
from portal.servicing.orders import order_for_rail
from portal.servicing.rails.configured import rail_named
from portal.servicing.rails.protocol import Answer, OrderDiffers, OutcomeUnknown, Rail, State
from portal.servicing.settle_order import settle_order

log = logging.getLogger(__name__)
WORKER: Final = SystemActor("money-worker")
_LOOK_AGAIN: Final = 5.0
_LATER: Final = 60.0
_SOON: Final = 5


def move_money(run: JobRun) -> None:
    """Send the order once, and ask until the rail has said what became of it.

    Killed at any point it is asked for again: whatever was sent is looked up first, and sent
    again, under the same id, only when the rail surely has no such order.
    """
    was_sent = MoneyOrder.objects.filter(id=run.subject_id).exclude(state=OrderState.ASKED).exists()
    order = note_sent(WORKER, order_id=run.subject_id)
    if order.state != OrderState.SENT:
        return
    try:
        answer = _asked(rail_named(order.loan.rail), order, was_sent=was_sent)
    except OutcomeUnknown as unknown:
        log.warning("%s: %s", order, unknown)
        raise Retry(_LOOK_AGAIN if run.attempt <= _SOON else _LATER, str(unknown)) from unknown
    except OrderDiffers:
        log.exception("the rail has another order under the id of %s", order)
        dispute_order(WORKER, order_id=order.id)
        return
    if not settle_order(WORKER, order_id=order.id, answer=answer):
        raise Retry(_LOOK_AGAIN, "not over yet")


def _asked(rail: Rail, row: MoneyOrder, *, was_sent: bool) -> Answer:
    order = order_for_rail(row)
    if was_sent:
        answer = rail.look_up(order)
        if answer.state is not State.UNKNOWN:
            return answer
    return rail.place(order)
