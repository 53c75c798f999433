"""Withdrawing a consent with the link that its notice carries, without signing in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from portal.consents.queries import ConsentView, consent_of
from portal.consents.stopping import Stop, stop
from portal.core.actor import SystemActor
from portal.core.errors import NotFound

# Whoever holds the link: the ledger doesn't claim to know who that was.
LINK_HOLDER: Final = SystemActor("stop_link")
# One that ran out says nothing of the person, and a renewed one goes on in the next.
_HAS_LEFT = """
    SELECT m.ended_because IN ('said_by_authority', 'taken_away')
    FROM gate.consent_status s JOIN sign.mandate m ON m.person = s.person AND m.firm = s.firm
    WHERE s.id = %s ORDER BY m.valid_from DESC LIMIT 1
"""


def consent_behind_link(consent_id: UUID) -> ConsentView:
    """The consent as it stands now, for whoever holds its link.

    Refuses (NotFound) an unknown one, and one whose signatory, to whom the link was sent, has lost
    the right to act for the firm.
    """
    consent = consent_of(consent_id)
    if consent is None or _has_left(consent_id):
        raise NotFound(code="consent_missing")
    return consent


def stop_by_link(*, consent_id: UUID) -> ConsentView:
    """Withdraw the consent whose link somebody holds; one that has ended stays as it is.

    Never keeps records. Refuses as `consent_behind_link` does. Returns it as it stands then.
    """
    consent = consent_behind_link(consent_id)
    if consent.is_stoppable:
        stop(LINK_HOLDER, consent, Stop.WITHDRAW)
    return consent_behind_link(consent_id)


def _has_left(consent_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HAS_LEFT, [consent_id])
        row = cursor.fetchone()
    return bool(row and row[0])
