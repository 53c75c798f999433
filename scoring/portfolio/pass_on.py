"""A batch that begins asks for a later one."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from scoring.portfolio.batches import AHEAD, enqueue_batch
from scoring.portfolio.models import PortfolioRun


@transaction.atomic(durable=True)
def pass_on(actor: SystemActor, *, run_id: UUID, batch: int) -> PortfolioRun:
    """Ask for the batch that many ahead of this one, once; NotFound for an unknown run."""
    run = PortfolioRun.objects.filter(id=run_id).first()
    if run is None:
        raise NotFound(code="portfolio_missing")
    enqueue_batch(run, batch + AHEAD)
    return run
