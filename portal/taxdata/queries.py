"""What pages and other rooms may know of fetched tax data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from portal.consents.purposes import Category
from portal.core.actor import Actor, OrganisationKind
from portal.core.months import Month
from portal.core.paging import Page, Place, newest_first
from portal.taxdata.models import FAILURES, FINISHED, ImportStatus, TaxImport


@dataclass(frozen=True, slots=True)
class ImportView:
    """One source: what was asked, what came, and why a month is missing."""

    id: UUID
    consent_id: UUID
    category: str
    status: ImportStatus
    first_month: Month
    last_month: Month
    as_of_month: Month | None
    shifted_months: int
    records: int
    gaps: Mapping[Month, str]
    error: str
    authority_message: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """How a finished fetch ended, the sources that were asked about together."""

    is_complete: bool
    records: int
    as_of_month: Month | None
    error: str


def imports_visible_to(actor: Actor, *, after: Place | None = None) -> Page[ImportView]:
    """A page of a firm's own imports, newest first; nothing for anybody else."""
    if actor.organisation_kind != OrganisationKind.FIRM or actor.organisation_id is None:
        return Page(rows=(), after=None)
    own = TaxImport.objects.filter(firm_id=actor.organisation_id)
    return newest_first(own, "started_at", after=after).map(_view)


def imports_under(consent_id: UUID) -> list[ImportView]:
    """Every source fetched under one consent. The caller has checked who may see the consent."""
    rows = TaxImport.objects.filter(consent_id=consent_id).order_by("category")
    return [_view(row) for row in rows]


def fetch_outcome(
    consent_id: UUID, *, categories: Collection[str] = tuple(Category)
) -> FetchOutcome | None:
    """How the fetch under a consent ended; None while it isn't finished or hasn't begun.

    Judged over ``categories`` alone. Complete when something was stored and no source failed: a
    source the authority doesn't offer is a gap, not a failure.
    """
    rows = list(TaxImport.objects.filter(consent_id=consent_id, category__in=list(categories)))
    if not rows or any(row.status not in FINISHED for row in rows):
        return None
    stored = [row for row in rows if row.status == ImportStatus.STORED]
    error = next((row.error for row in rows if row.status != ImportStatus.STORED), "")
    has_failed = any(row.status in FAILURES for row in rows)
    months = [Month.of(row.as_of_month) for row in stored if row.as_of_month is not None]
    return FetchOutcome(
        is_complete=bool(stored) and not has_failed,
        records=sum(row.records for row in stored),
        as_of_month=max(months, default=None),
        error=error,
    )


def newest_confirmed_month() -> Month | None:
    """The last month that the authority has confirmed for any firm; None before the first."""
    newest = TaxImport.objects.filter(status=ImportStatus.STORED).aggregate(at=Max("as_of_month"))
    return None if newest["at"] is None else Month.of(newest["at"])


def _view(row: TaxImport) -> ImportView:
    return ImportView(
        id=row.id,
        consent_id=row.consent_id,
        category=row.category,
        status=ImportStatus(row.status),
        first_month=Month.of(row.first_month),
        last_month=Month.of(row.last_month),
        as_of_month=None if row.as_of_month is None else Month.of(row.as_of_month),
        shifted_months=row.shifted_months,
        records=row.records,
        gaps={Month.parse(month): cause for month, cause in sorted(row.gaps.items())},
        error=row.error,
        authority_message=row.authority_message,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
