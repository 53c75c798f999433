"""The bank knows that a consent has ended: both sides have it on record."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from portal.accounts.permissions import Permission, require
from portal.consents.gate_errors import gate_refusals
from portal.consents.queries import consent_for
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


@transaction.atomic(durable=True)
def acknowledge_end(actor: Actor, *, consent_id: UUID) -> None:
    """Put down, once, that the bank's officer has seen the end of a consent.

    Refuses (NotFound) a consent of another bank, (InvalidTransition) one that can still be used.
    """
    require(actor, Permission.CASE_VIEW)
    consent = consent_for(actor, consent_id)
    if consent.is_standing:
        raise InvalidTransition(code="consent_not_ended")
    with gate_refusals(), connection.cursor() as cursor:
        cursor.execute("SELECT gate.acknowledge(%s, %s)", [consent.id, actor.person_id])
