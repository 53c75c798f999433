"""Who acts for a firm and who did, as the tax authority stated it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from portal.accounts.permissions import Permission, may
from portal.accounts.queries import names_of
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound

MOST: Final = 200
REMIND: Final = timedelta(days=14)
_MANDATES = """
    SELECT m.id, m.person, m.firm, m.role, m.valid_from, m.ends_at,
        m.ends_at > clock_timestamp() AS is_live, coalesce(m.ended_because, '') AS ended_because
    FROM sign.mandate m
    WHERE
"""
# A renewed one goes on in the next: its end says nothing.
_PEOPLE = f"{_MANDATES} m.ended_because IS DISTINCT FROM 'renewed' AND"


@dataclass(frozen=True, slots=True)
class MandateView:
    """One person's mandate; ``ended_because`` is a code of the ledger, empty while it lives."""

    id: UUID
    person_id: UUID
    firm_id: UUID
    role: str
    since: datetime
    until: datetime
    is_live: bool
    ended_because: str
    name: str

    @property
    def is_representative(self) -> bool:
        return self.role == "legal_representative"


def people_of_firm(actor: Actor) -> list[MandateView]:
    """The people of the actor's own firm: those who act for it, then those who did, newest first.

    Of any other organisation nobody.
    """
    if actor.organisation_kind is not OrganisationKind.FIRM:
        return []
    query = f"{_PEOPLE} m.firm = %s ORDER BY is_live DESC, m.valid_from DESC, m.id LIMIT {MOST}"
    return _people(query, [actor.organisation_id])


def person_of_firm(actor: Actor, mandate_id: UUID) -> MandateView:
    """One live mandate that the actor may take away.

    NotFound for any other, the legal representative's own among them.
    """
    found = _people(f"{_PEOPLE} m.id = %s", [mandate_id])
    if (
        not may(actor, Permission.CONSENT_CONFIRM)
        or not found
        or found[0].firm_id != actor.organisation_id
        or found[0].is_representative
    ):
        raise NotFound(code="mandate_missing")
    return found[0]


def ending_before(moment: datetime) -> list[MandateView]:
    """Live mandates that end before ``moment``, for timers."""
    query = (
        f"{_PEOPLE} m.ended_because IS NULL AND m.ends_at > clock_timestamp() AND m.ends_at < %s"
    )
    return _people(query, [moment])


def mandates_between(firm_id: UUID, since: datetime, until: datetime) -> list[MandateView]:
    """Every mandate for the firm, renewed ones too, in force on some moment of a span."""
    query = f"{_MANDATES} m.firm = %s AND m.valid_from < %s AND m.ends_at > %s"
    return _people(f"{query} ORDER BY m.valid_from, m.id", [firm_id, until, since])


def _people(query: str, values: Sequence[Any]) -> list[MandateView]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    names = names_of(row[1] for row in rows)
    return [MandateView(*[*row, names.get(row[1], "")]) for row in rows]
