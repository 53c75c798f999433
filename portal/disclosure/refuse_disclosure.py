"""A second person of the regulator turns a request for records down."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import Actor
from portal.disclosure.deciding import lock_to_decide
from portal.disclosure.models import Disclosure, Status
from portal.disclosure.telling import tell_asker
from portal.disclosure.terms import check_text


@transaction.atomic(durable=True)
def refuse_disclosure(actor: Actor, *, disclosure_id: UUID, words: str) -> Disclosure:
    """Turn down, with a reason that the one who asked reads.

    Refuses as `approve_disclosure` does, and (RuleBroken) an empty or overlong reason.
    """
    disclosure = lock_to_decide(actor, disclosure_id)
    disclosure.status = Status.REFUSED
    disclosure.decision_words = check_text(words)
    disclosure.decided_by, disclosure.decided_at = actor.person_id, timezone.now()
    disclosure.save(update_fields=["status", "decision_words", "decided_by", "decided_at"])
    record(
        EventKind.DISCLOSURE_REFUSED,
        actor=actor.ref,
        subject=disclosure.ref,
        payload={"text_digest": disclosure.digest_of(disclosure.decision_words)},
    )
    tell_asker(disclosure, message="disclosure_refused")
    return disclosure
