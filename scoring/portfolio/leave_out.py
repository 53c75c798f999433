"""A firm that a run can't score is left out with the reason, and the run goes on."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from scoring.portfolio.models import ItemStatus, PortfolioItem


@transaction.atomic(durable=True)
def leave_out(actor: SystemActor, *, item_id: UUID, status: ItemStatus, code: str) -> None:
    """Settle a waiting item without a score; one that is settled already stays as it is.

    NotFound for an unknown one. What the gate refused is on the ledger by the gate itself.
    """
    item = PortfolioItem.objects.select_for_update(no_key=True).filter(id=item_id).first()
    if item is None:
        raise NotFound(code="portfolio_missing")
    if item.status != ItemStatus.WAITING:
        return
    item.status, item.code, item.settled_at = status, code[:60], timezone.now()
    item.save(update_fields=["status", "code", "settled_at"])
