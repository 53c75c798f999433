"""Records that stay sealed after a consent's end go when its firm says so."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from portal.accounts.permissions import Permission, require
from portal.consents.gate_errors import gate_refusals
from portal.consents.queries import consent_for
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def erase_records(actor: Actor, *, consent_id: UUID) -> None:
    """Have erased what is kept for an ended consent's sake before its storage time is over.

    What another consent covers stays for that one. Asked again, or when nothing is kept, it
    changes nothing. Refuses (NotFound) a consent not visible to the actor, (InvalidTransition) one
    that is in force or can be again.
    """
    require(actor, Permission.CONSENT_STOP)
    consent = consent_for(actor, consent_id)
    if consent.is_standing:
        raise InvalidTransition(code="consent_not_ended")
    with gate_refusals(), connection.cursor() as cursor:
        cursor.execute("SELECT gate.wish_erased(%s, %s)", [consent.id, actor.person_id])
        ((is_new,),) = cursor.fetchall()
    if is_new:
        enqueue(Job.ERASE_TAX_DATA, subject=consent.ref)
