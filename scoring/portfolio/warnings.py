"""Firms that a run found worse than before: for their bank, and only while each consent lives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.consents.monitoring import Standing, standings
from portal.core.actor import Actor
from portal.core.paging import PAGE_SIZE, Page
from scoring.models import Score
from scoring.portfolio.comparing import GONE
from scoring.portfolio.models import PortfolioItem
from scoring.portfolio.queries import run_for

LEAST_POINTS = 20
_AT_ONCE = 200


class Sign(StrEnum):
    """What counts as a warning."""

    BAND = "band"
    POINTS = "points"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the list is narrowed; without ``sign`` any of the three."""

    sign: Sign | None = None
    least_points: int = LEAST_POINTS

    def condition(self) -> Q:
        by_sign = {
            Sign.BAND: Q(bands_lost__gt=0),
            Sign.POINTS: Q(points_lost__gte=self.least_points),
            Sign.RISK: Q(pd_rise_ppm__gt=0),
        }
        if self.sign is not None:
            return by_sign[self.sign]
        return by_sign[Sign.BAND] | by_sign[Sign.POINTS] | by_sign[Sign.RISK]


@dataclass(frozen=True, slots=True)
class Warned:
    """One firm: its score and band now and before, and the features that cost most points."""

    id: UUID
    consent_id: UUID
    firm_name: str
    firm_name_zh: str
    value: int
    band: str
    value_before: int
    band_before: str
    pd_ppm: int
    pd_before_ppm: int
    points_lost: int
    falls: tuple[tuple[str, int], ...]

    @property
    def has_lost_band(self) -> bool:
        return self.band > self.band_before


def warnings_for(
    actor: Actor, run_id: UUID, wanted: Wanted, *, after: UUID | None = None
) -> Page[Warned]:
    """A page of a run's warnings, the largest fall first; NotFound for another bank's run.

    A firm whose consent is not live is left out, and so is a comparison with a score that the firm
    has taken back.
    """
    run = run_for(actor, run_id)
    found: list[Warned] = []
    for some in _batches(run.id, wanted, after=after):
        found += _warned(some)
        if len(found) > PAGE_SIZE:
            break
    shown = tuple(found[:PAGE_SIZE])
    return Page(rows=shown, after=shown[-1].id if len(found) > PAGE_SIZE else None)


def all_warnings(actor: Actor, run_id: UUID, wanted: Wanted) -> Iterator[list[Warned]]:
    """The same, all of them, some at a time."""
    run = run_for(actor, run_id)
    return map(_warned, _batches(run.id, wanted, size=_AT_ONCE))


def _batches(
    run_id: UUID, wanted: Wanted, *, after: UUID | None = None, size: int = PAGE_SIZE + 1
) -> Iterator[list[PortfolioItem]]:
    found = PortfolioItem.objects.filter(wanted.condition(), run_id=run_id)
    rows = list(_following(found, run_id, after)[:size])
    while rows:
        yield rows
        if len(rows) < size:
            return
        rows = list(_following(found, run_id, rows[-1].id)[:size])


def _following(
    found: QuerySet[PortfolioItem], run_id: UUID, after: UUID | None
) -> QuerySet[PortfolioItem]:
    last = PortfolioItem.objects.filter(run_id=run_id, id=after).first() if after else None
    if last is not None:
        found = found.filter(
            Q(points_lost__lt=last.points_lost) | Q(points_lost=last.points_lost, id__gt=last.id)
        )
    return found.order_by("-points_lost", "id")


def _warned(items: Sequence[PortfolioItem]) -> list[Warned]:
    consents = [one for item in items for one in (item.consent_id, item.before_consent_id) if one]
    known = standings(consents)
    in_sight = [item for item in items if _is_in_sight(item, known)]
    ids = [one for item in in_sight for one in (item.score_id, item.before_id) if one]
    scores = Score.objects.in_bulk(ids)
    return [_view(item, scores, known[item.consent_id]) for item in in_sight]


def _is_in_sight(item: PortfolioItem, known: dict[UUID, Standing]) -> bool:
    if item.before_consent_id is None:
        return False
    before = known[item.before_consent_id]
    return known[item.consent_id].is_live and before.state not in GONE


def _view(item: PortfolioItem, scores: dict[UUID, Score], whose: Standing) -> Warned:
    if item.score_id is None or item.before_id is None:
        raise LookupError(f"{item} was compared with nothing")
    now, before = scores[item.score_id], scores[item.before_id]
    return Warned(
        id=item.id,
        consent_id=item.consent_id,
        firm_name=whose.firm_name,
        firm_name_zh=whose.firm_name_zh,
        value=now.value or 0,
        band=now.band,
        value_before=before.value or 0,
        band_before=before.band,
        pd_ppm=now.pd_ppm or 0,
        pd_before_ppm=before.pd_ppm or 0,
        points_lost=item.points_lost or 0,
        falls=tuple((name, points) for name, points in item.falls),
    )
