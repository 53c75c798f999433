"""Consents by what a person wants to know of them: which are in force, which are over, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection

from portal.consents.narrowing import Wanted, narrowed
from portal.consents.queries import ConsentView, consents_where
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor, OrganisationKind
from portal.core.paging import PAGE_SIZE, Page, Place, page_of, placed


class Group(StrEnum):
    """What ran out by itself is never shown among what somebody stopped."""

    LIVE = "live"
    PAUSED = "paused"
    EXPIRED = "expired"
    STOPPED = "stopped"
    REPLACED = "replaced"
    INVALID = "invalid"


GROUPS: Final[Mapping[Group, tuple[ConsentState, ...]]] = {
    Group.LIVE: (ConsentState.ACTIVE, ConsentState.NOT_YET),
    Group.PAUSED: (ConsentState.PAUSED,),
    Group.EXPIRED: (ConsentState.EXPIRED,),
    Group.STOPPED: (ConsentState.WITHDRAWN,),
    Group.REPLACED: (ConsentState.SUPERSEDED,),
    Group.INVALID: (ConsentState.KEY_REVOKED,),
}
STANDING_GROUPS: Final = (Group.LIVE, Group.PAUSED)
_SIDES: Final = {OrganisationKind.FIRM: ("firm", "b"), OrganisationKind.BANK: ("bank", "f")}
_AFTER = " AND (s.granted_at < %s OR s.granted_at = %s AND s.id > %s)"
_NEWEST_FIRST = " ORDER BY s.granted_at DESC, s.id LIMIT %s"
_TURNS = """
    SELECT e.consent, e.kind, e.at, e.because, e.confirm_by FROM gate.event e
    WHERE e.consent = ANY(%s) AND (e.kind IN ('withdraw', 'release', 'supersede')
        OR e.kind = 'pause' AND NOT EXISTS (SELECT FROM gate.event r WHERE r.resumes = e.seq))
    ORDER BY e.kind <> 'pause', e.confirm_by NULLS FIRST, e.seq
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """What paused or ended a consent: the gate's word, when, its cause, until when it can wait."""

    kind: str
    at: datetime
    because: str | None
    confirm_by: datetime | None


def consents_in(
    actor: Actor,
    groups: Sequence[Group],
    *,
    wanted: Wanted | None = None,
    after: Place | None = None,
    size: int = PAGE_SIZE,
) -> Page[ConsentView]:
    """A page of the actor's consents in these groups, newest first, in one query.

    A firm's are its own, a bank's those that name it; nobody else has any.
    """
    side = _SIDES.get(actor.organisation_kind) if actor.organisation_kind else None
    if side is None:
        return Page(rows=(), after=None)
    column, other = side
    where, values = narrowed(other, "s", wanted or Wanted())
    rows = consents_where(
        f"WHERE s.{column} = %s AND s.state = ANY(%s){where}"
        f"{_AFTER if after is not None else ''}{_NEWEST_FIRST}",
        [actor.organisation_id, _states(groups), *values, *placed(after), size + 1],
    )
    return page_of(rows, lambda row: Place(row.granted_at, row.id), size=size)


def turns_of(consents: Sequence[ConsentView]) -> dict[UUID, Turn]:
    """What paused or ended each of these; one in force, or that ran out, has none. One query.

    Of several pauses it is the one that has to be confirmed: it has the deadline.
    """
    rows = _rows(_TURNS, [[consent.id for consent in consents]])
    return {row[0]: Turn(*row[1:]) for row in rows}  # the last row of a consent counts


def last_uses(consents: Sequence[ConsentView]) -> dict[UUID, datetime]:
    """When each of these was last used; one that never was is absent. One query."""
    query = "SELECT consent, max(at) FROM gate.use WHERE consent = ANY(%s) GROUP BY consent"
    return dict(_rows(query, [[consent.id for consent in consents]]))


def _states(groups: Sequence[Group]) -> list[str]:
    return [state.value for group in groups for state in GROUPS[group]]


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
