"""Before an order leaves, it is written down that it does."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.servicing.models import MoneyOrder, OrderState


@transaction.atomic(durable=True)
def note_sent(_actor: SystemActor, *, order_id: UUID) -> MoneyOrder:
    """Mark an order that nobody was sent yet as sent; any other stays as it is.

    From here on its outcome is unknown until the rail says it. Refuses (NotFound) an unknown one.
    """
    order = MoneyOrder.objects.select_for_update(no_key=True).filter(id=order_id).first()
    if order is None:
        raise NotFound(code="order_missing")
    if order.state == OrderState.ASKED:
        order.state, order.sent_at = OrderState.SENT, timezone.now()
        order.save(update_fields=["state", "sent_at"])
    return order
