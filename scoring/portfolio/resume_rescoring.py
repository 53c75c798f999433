"""A run whose batches have all ended, and that isn't over, is brought to its end."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.jobs.queries import has_open_job, is_asked_for
from scoring.portfolio.batches import enqueue_batch, key_of
from scoring.portfolio.models import ItemStatus, PortfolioItem, PortfolioRun

GAVE_UP = "gave_up"


@transaction.atomic(durable=True)
def resume_rescoring(actor: SystemActor, *, run_id: UUID) -> None:
    """Ask for batches that nobody asked for, and leave out the firms of those that failed.

    Does nothing while a batch is at work or waits to be. NotFound for an unknown run.
    """
    run = PortfolioRun.objects.select_for_update(no_key=True).filter(id=run_id).first()
    if run is None:
        raise NotFound(code="portfolio_missing")
    if has_open_job(run.ref):
        return
    waiting = PortfolioItem.objects.filter(run=run, status=ItemStatus.WAITING)
    for batch in list(waiting.order_by("batch").values_list("batch", flat=True).distinct()):
        if is_asked_for(key_of(run, batch)):
            waiting.filter(batch=batch).update(
                status=ItemStatus.FAILED, code=GAVE_UP, settled_at=timezone.now()
            )
        else:
            enqueue_batch(run, batch)
