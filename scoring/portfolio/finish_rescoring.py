"""A run is over once no firm waits any more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from scoring.portfolio.models import ItemStatus, PortfolioItem, PortfolioRun, RunStatus


@transaction.atomic(durable=True)
def finish_rescoring(actor: SystemActor, *, run_id: UUID) -> bool:
    """Close a run with nothing left to do, and record what became of its firms, once.

    Returns whether it is over. NotFound for an unknown run.
    """
    run = PortfolioRun.objects.select_for_update(no_key=True).filter(id=run_id).first()
    if run is None:
        raise NotFound(code="portfolio_missing")
    items = PortfolioItem.objects.filter(run=run)
    if run.status == RunStatus.FINISHED:
        return True
    if items.filter(status=ItemStatus.WAITING).exists():
        return False
    found = items.order_by().values_list("status").annotate(number=Count("id"))
    run.counts = dict.fromkeys(_SETTLED, 0) | dict(found)
    run.status, run.finished_at = RunStatus.FINISHED, timezone.now()
    run.save(update_fields=["counts", "status", "finished_at"])
    record(
        EventKind.PORTFOLIO_RESCORED,
        actor=actor.ref,
        subject=run.ref,
        payload={
            "bank": str(run.bank_id),
            "month": f"{run.month:%Y-%m}",
            "model": run.model_version,
            "model_sha256": run.model_sha256,
            "consents": run.consents,
            **run.counts,
        },
    )
    return True


_SETTLED = tuple(status.value for status in ItemStatus if status != ItemStatus.WAITING)
