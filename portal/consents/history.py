"""What has happened to a consent, from the gate's own rows: as soon as it has happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from ledger.kinds import EventKind
from ledger.queries import entries_page
from portal.consents.queries import ConsentView
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor, OrganisationKind

_ROWS: Final = """
    SELECT 'asked_by_' || r.asked_by, r.asked_at, NULL::text, NULL::timestamptz
    FROM sign.request r WHERE r.id = %(id)s
    UNION ALL
    SELECT 'granted', c.granted_at, NULL, NULL FROM gate.consent_status c WHERE c.id = %(id)s
    UNION ALL
    SELECT e.kind, e.at, e.because, e.confirm_by FROM gate.event e WHERE e.consent = %(id)s
    UNION ALL
    SELECT 'acknowledged', k.at, NULL, NULL FROM gate.acknowledgement k WHERE k.consent = %(id)s
    UNION ALL
    SELECT 'erased', x.at, NULL, NULL FROM gate.erasure x WHERE x.consent = %(id)s AND %(all)s
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """One step: the gate's word for it, when, its cause, and until when it can wait."""

    what: str
    at: datetime
    because: str | None = None
    confirm_by: datetime | None = None


def history_of(actor: Actor, consent: ConsentView) -> list[Happened]:
    """Each step of a consent that the actor may see, first one first.

    Of erasing the firm alone is told. What the tax authority confirmed comes from the ledger.
    """
    is_firm = actor.organisation_kind is OrganisationKind.FIRM
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"id": consent.id, "all": is_firm})
        rows: list[Any] = cursor.fetchall()
    steps = [*(Happened(*row) for row in rows), *_by_itself(consent), *_told(consent)]
    return sorted(steps, key=lambda step: step.at)


def _by_itself(consent: ConsentView) -> list[Happened]:
    """The ends that no row of the gate brings about."""
    if consent.state in {ConsentState.EXPIRED, ConsentState.KEY_REVOKED}:
        return [Happened(consent.state.value, consent.over_since)]
    return []


def _told(consent: ConsentView) -> list[Happened]:
    found = entries_page(kind=EventKind.AUTHORITY_NOTIFIED, subject=consent.ref).entries
    return [Happened("authority", entry.at) for entry in found if entry.at is not None]
