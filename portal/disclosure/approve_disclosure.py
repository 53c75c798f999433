"""A second person of the regulator lets the records be put together."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import Actor
from portal.core.jobs import Job
from portal.disclosure.deciding import lock_to_decide
from portal.disclosure.models import Disclosure, Status
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def approve_disclosure(actor: Actor, *, disclosure_id: UUID) -> Disclosure:
    """Approve once; a job makes the file, and the party is told when it may be.

    NotAllowed for the one who asked, others than regulators, and a second factor that is not of
    just now; NotFound for another regulator's and for one about the actor; InvalidTransition when
    it is decided already or has lapsed.
    """
    disclosure = lock_to_decide(actor, disclosure_id)
    disclosure.status = Status.APPROVED
    disclosure.decided_by, disclosure.decided_at = actor.person_id, timezone.now()
    disclosure.save(update_fields=["status", "decided_by", "decided_at"])
    record(EventKind.DISCLOSURE_APPROVED, actor=actor.ref, subject=disclosure.ref, payload={})
    enqueue(Job.MAKE_DISCLOSURE, subject=disclosure.ref, key=disclosure.ref)
    return disclosure
