"""What a bank may know of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.core.months import Month
from portal.core.paging import Page, Place, newest_first
from scoring.portfolio.models import ItemStatus, PortfolioItem, PortfolioRun, RunStatus


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as it stands: how many of its consents are settled, and how."""

    id: UUID
    month: Month
    status: RunStatus
    model_version: str
    consents: int
    counts: Mapping[str, int]
    started_at: datetime
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.status == RunStatus.FINISHED

    @property
    def settled(self) -> int:
        return sum(self.counts.values())


def run_of(run_id: UUID) -> RunView:
    """One run, for processes, which act for no organisation; NotFound for an unknown one."""
    return _first_view(PortfolioRun.objects.filter(id=run_id).first())


def run_for(actor: Actor, run_id: UUID) -> RunView:
    """One run of the actor's bank; NotFound for any other, absent or not."""
    require(actor, Permission.CASE_VIEW)
    own = PortfolioRun.objects.filter(id=run_id, bank_id=str(actor.organisation_id))
    return _first_view(own.first())


def runs_visible_to(actor: Actor, *, after: Place | None = None) -> Page[RunView]:
    """A page of the bank's runs, newest first; nothing for anybody else."""
    if actor.organisation_kind is not OrganisationKind.BANK:
        return Page(rows=(), after=None)
    require(actor, Permission.CASE_VIEW)
    own = PortfolioRun.objects.filter(bank_id=str(actor.organisation_id))
    return newest_first(own, "started_at", after=after).map(_view)


def _first_view(run: PortfolioRun | None) -> RunView:
    if run is None:
        raise NotFound(code="portfolio_missing")
    return _view(run)


def _view(run: PortfolioRun) -> RunView:
    return RunView(
        id=run.id,
        month=Month.of(run.month),
        status=RunStatus(run.status),
        model_version=run.model_version,
        consents=run.consents,
        counts=run.counts if run.status == RunStatus.FINISHED else _counted(run),
        started_at=run.started_at,
        finished_at=run.finished_at,
    )


def _counted(run: PortfolioRun) -> dict[str, int]:
    settled = PortfolioItem.objects.filter(run=run).exclude(status=ItemStatus.WAITING)
    return dict(settled.order_by().values_list("status").annotate(number=Count("id")))
