"""Ends of consents that a bank has to say it knows of, and those where it has said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from portal.consents.queries import ConsentView, consents_where
from portal.consents.transitions import STANDING
from portal.core.actor import Actor, OrganisationKind
from portal.core.paging import PAGE_SIZE

# A rule of this portal: no law that we know gives banks a day.
ACKNOWLEDGE_WITHIN: Final = timedelta(days=3)
_OWED = """
    WHERE s.bank = %s AND s.state <> ALL(%s) AND s.end_kind IS DISTINCT FROM 'release'
        AND NOT EXISTS (SELECT FROM gate.acknowledgement k WHERE k.consent = s.id)
"""
_NUMBER = "SELECT count(*)::int FROM gate.consent_status s"
_OLDEST_FIRST = " ORDER BY coalesce(s.ended_at, s.expires_at), s.id LIMIT %s"


@dataclass(frozen=True, slots=True)
class Owed:
    """A consent that is over, and by when its bank should have said that it knows."""

    consent: ConsentView
    due_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        return now > self.due_at

    def days_late(self, now: datetime) -> int:
        """Whole days since it was due; 0 on the first one."""
        return max(now - self.due_at, timedelta()).days


@dataclass(frozen=True, slots=True)
class Given:
    """When the bank said that it knows, and which of its people did."""

    at: datetime
    person_id: UUID


def owed_by(actor: Actor, *, size: int = PAGE_SIZE) -> list[Owed]:
    """What the actor's bank owes, the longest first; nobody else owes anything. One query.

    What it gave back itself it need not be told.
    """
    if actor.organisation_kind is not OrganisationKind.BANK:
        return []
    found = consents_where(f"{_OWED}{_OLDEST_FIRST}", [*_of(actor), size])
    return [Owed(consent, due_at(consent)) for consent in found]


def due_at(consent: ConsentView) -> datetime:
    """By when the bank should say that it knows of the end."""
    return consent.over_since + ACKNOWLEDGE_WITHIN


def number_owed(actor: Actor) -> int:
    """How many ends the actor's bank has not acknowledged; 0 for anybody else."""
    if actor.organisation_kind is not OrganisationKind.BANK:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"{_NUMBER} {_OWED}", _of(actor))
        (number,) = cursor.fetchone()
    return int(number)


def acknowledgement_of(consent: ConsentView) -> Given | None:
    """Who acknowledged the end of a consent that the caller may see; None while nobody has."""
    query = "SELECT at, person FROM gate.acknowledgement WHERE consent = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [consent.id])
        row = cursor.fetchone()
    return None if row is None else Given(*row)


def _of(actor: Actor) -> list[Any]:
    return [actor.organisation_id, [state.value for state in STANDING]]
