"""The legal representative ends what somebody may do here in the firm's name."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from portal.accounts.permissions import Permission, require
from portal.consents.firm_people import person_of_firm
from portal.consents.gate_errors import gate_refusals
from portal.core.actor import Actor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def take_access_away(actor: Actor, *, mandate_id: UUID) -> bool:
    """End a finance officer's or a clerk's mandate here, at once; False when it was over already.

    Consents that the person signed stay: they are the firm's. Refuses (NotFound) a mandate of
    another firm and a legal representative's.
    """
    require(actor, Permission.CONSENT_CONFIRM)
    mandate = person_of_firm(actor, mandate_id)
    with gate_refusals(), connection.cursor() as cursor:
        cursor.execute("SELECT sign.take_away(%s, %s)", [mandate.id, actor.person_id])
        ((is_changed,),) = cursor.fetchall()
    if is_changed:
        enqueue(
            Job.TELL_MANDATE_ENDED,
            subject=f"firm:{mandate.firm_id}",
            payload={
                "people": [str(mandate.person_id)],
                "consents": [],
                "by": actor.ref,
                "message": "access_taken_away",
            },
        )
    return bool(is_changed)
