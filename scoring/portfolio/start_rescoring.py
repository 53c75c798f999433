"""A bank has all its firms scored anew that let it watch over them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.consents.monitoring import monitoring_consents
from portal.core.actor import Actor, SystemActor
from portal.core.errors import NotFound, RuleBroken
from portal.core.months import Month
from scoring.portfolio.batches import AHEAD, BATCH, enqueue_batch, use_of
from scoring.portfolio.model_of_run import model_for_run
from scoring.portfolio.models import PortfolioItem, PortfolioRun, RunStatus

_AT_ONCE = 2_000


@transaction.atomic(durable=True)
def start_rescoring(
    actor: Actor | SystemActor, *, bank_id: UUID, once_a_month: bool = False
) -> PortfolioRun:
    """Begin a run over every live monitoring consent of the bank; the one that runs, if one does.

    With ``once_a_month`` one of this month that is over counts as well. NotFound for another bank,
    NotAllowed without the permission, RuleBroken (portfolio_empty) where no firm has consented.
    """
    if isinstance(actor, Actor):
        require(actor, Permission.PORTFOLIO_RESCORE)
        if actor.organisation_id != bank_id:
            raise NotFound(code="portfolio_missing")
    month, model = Month.of(timezone.now()) - 1, model_for_run()
    _one_at_a_time(bank_id)
    known = PortfolioRun.objects.filter(bank_id=bank_id, month=month.first)
    if not once_a_month:
        known = known.filter(status=RunStatus.RUNNING, model_sha256=model.sha256)
    found = known.order_by("-started_at").first()
    if found is not None:
        return found
    run = PortfolioRun(
        bank_id=bank_id,
        month=month.first,
        model_version=model.version,
        model_sha256=model.sha256,
        asked_by=actor.ref,
    )
    run.save()
    _fill(run, month)
    for batch in range(AHEAD):
        enqueue_batch(run, batch)
    return run


def _one_at_a_time(bank_id: UUID) -> None:
    """Two clicks, or two timers, at once: the second looks after the first has committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"portfolio:{bank_id}"]
        )


def _fill(run: PortfolioRun, month: Month) -> None:
    items = _items(run, month)
    while some := list(islice(items, _AT_ONCE)):
        PortfolioItem.objects.bulk_create(some)
        run.consents += len(some)
    if not run.consents:
        raise RuleBroken(
            _("No firm has let your bank watch over a loan, so there is nothing to score."),
            code="portfolio_empty",
        )
    run.save(update_fields=["consents"])


def _items(run: PortfolioRun, month: Month) -> Iterator[PortfolioItem]:
    for number, (consent_id, firm_id) in enumerate(monitoring_consents(run.bank_id)):
        yield PortfolioItem(
            run=run,
            batch=number // BATCH,
            consent_id=consent_id,
            firm_id=firm_id,
            use_id=use_of(consent_id, month),
        )
