"""When the windows on a firm's records were opened and closed, from the gate's own rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection

_CLOSINGS: Final = """
    SELECT u.ticket, 'open', NULL::timestamptz, NULL::timestamptz FROM gate.unclosed u
    WHERE u.ticket = ANY(%(tickets)s)
    UNION ALL
    SELECT x.ticket, x.outcome, x.opened_at, x.closed_at FROM gate.closing x
    WHERE x.ticket = ANY(%(tickets)s)
"""


class Outcome(StrEnum):
    """How a window ended: its reader left, was rolled back or put out, or was never heard of."""

    OPEN = "open"
    LEFT = "left"
    BROKEN_OFF = "broken_off"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Closing:
    """``closed_at``: nothing was open from then on; of a lost one it is the latest it can be."""

    outcome: Outcome
    opened_at: datetime | None
    closed_at: datetime | None


def closings_of(tickets: Collection[UUID]) -> Mapping[UUID, Closing]:
    """Of each ticket how its window ended; those from before this was kept are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS, {"tickets": list(tickets)})
        rows: list[Any] = cursor.fetchall()
    return {row[0]: Closing(Outcome(row[1]), row[2], row[3]) for row in rows}


def windows_of(consent_id: UUID) -> Mapping[UUID, tuple[Closing, ...]]:
    """Of each job that used a consent its windows, first one first."""
    with connection.cursor() as cursor:
        query = "SELECT job, id FROM gate.ticket WHERE consent = %s ORDER BY taken_at"
        cursor.execute(query, [consent_id])
        tickets: list[Any] = cursor.fetchall()
    known = closings_of([ticket for _job, ticket in tickets])
    found: dict[UUID, tuple[Closing, ...]] = {}
    for job, ticket in tickets:
        if ticket in known:
            found[job] = (*found.get(job, ()), known[ticket])
    return found
