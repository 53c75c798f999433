"""A rail says that an order has moved: a hint to look it up at once, and nothing more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.servicing.models import MoneyOrder, OrderState


@transaction.atomic(durable=True)
def hear_callback(_actor: SystemActor, *, order_id: UUID) -> bool:
    """Have an order that was sent looked up; False where there is none that waits.

    Doubled, late and out of order callbacks ask for nothing new.
    """
    waits = MoneyOrder.objects.filter(id=order_id, state=OrderState.SENT).exists()
    if waits:
        enqueue(Job.MOVE_MONEY, subject=f"order:{order_id}", key=f"heard:{order_id}")
    return waits
