"""Consents that wait for their firm's new legal representative, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from portal.core.actor import Actor, OrganisationKind
from portal.core.months import Month

REMIND: Final = timedelta(days=7)
_WAITING = """
    SELECT w.consent, s.firm, s.bank, f.name, f.name_zh, b.name, b.name_zh, s.purpose, s.categories,
        s.first_month, s.last_month, s.expires_at, w.since, least(w.confirm_by, s.expires_at)
    FROM gate.unconfirmed w
        JOIN gate.consent_status s ON s.id = w.consent AND s.state IN ('paused', 'not_yet')
        JOIN sign.firm f ON f.id = s.firm
        JOIN sign.bank b ON b.id = s.bank
"""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A consent that nobody can use until the new legal representative confirms it."""

    consent_id: UUID
    firm_id: UUID
    bank_id: UUID
    firm_name: str
    firm_name_zh: str
    bank_name: str
    bank_name_zh: str
    purpose: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    expires_at: datetime
    since: datetime
    confirm_by: datetime


def unconfirmed_for(actor: Actor) -> list[Unconfirmed]:
    """Those of the actor's firm, the most urgent first, in one query; of anybody else none."""
    if actor.organisation_kind is not OrganisationKind.FIRM:
        return []
    return _waiting("WHERE s.firm = %s", [actor.organisation_id])


def unconfirmed(consent_id: UUID) -> Unconfirmed | None:
    """What one consent waits for; None when it waits for no such thing."""
    return next(iter(_waiting("WHERE w.consent = %s", [consent_id])), None)


def unconfirmed_among(consent_ids: Sequence[UUID]) -> list[Unconfirmed]:
    """Those of the given consents that still wait."""
    return _waiting("WHERE w.consent = ANY(%s)", [list(consent_ids)])


def unconfirmed_before(moment: datetime) -> list[Unconfirmed]:
    """Those that can still be confirmed and end before ``moment`` unless they are, for timers."""
    return _waiting("WHERE w.confirm_by > clock_timestamp() AND w.confirm_by < %s", [moment])


def ended_unconfirmed(consent_id: UUID) -> bool:
    """Whether a consent is over because nobody confirmed it."""
    query = "SELECT FROM gate.event WHERE consent = %s AND because = 'unconfirmed'"
    return bool(_rows(query, [consent_id]))


def _waiting(where: str, values: Sequence[Any]) -> list[Unconfirmed]:
    rows = _rows(f"{_WAITING} {where} ORDER BY w.confirm_by, w.consent", values)
    return [_read(list(row)) for row in rows]


def _read(values: list[Any]) -> Unconfirmed:
    values[8] = tuple(values[8])
    values[9], values[10] = Month.of(values[9]), Month.of(values[10])
    return Unconfirmed(*values)


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
