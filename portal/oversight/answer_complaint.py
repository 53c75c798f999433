"""The operator answers a complaint in writing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.oversight.complaint_models import Complaint, ComplaintOutcome, ComplaintStatus
from portal.oversight.complaints import check_waiting, check_words, lock_complaint
from portal.oversight.telling import tell_of_answer


@transaction.atomic(durable=True)
def answer_complaint(
    actor: Actor, *, complaint_id: UUID, outcome: ComplaintOutcome, answer: str
) -> Complaint:
    """Answer once; the firm's people are told and read it on the complaint's page.

    NotAllowed for anybody but the operator's people, NotFound for none, InvalidTransition when it
    is answered or taken back already, RuleBroken for an empty or overlong answer.
    """
    require(actor, Permission.COMPLAINT_ANSWER)
    complaint = lock_complaint(actor, complaint_id)
    check_waiting(complaint)
    complaint.status = ComplaintStatus.ANSWERED
    complaint.outcome = outcome
    complaint.answer = check_words(answer)
    complaint.ended_by, complaint.ended_at = actor.person_id, timezone.now()
    complaint.save(update_fields=["status", "outcome", "answer", "ended_by", "ended_at"])
    record(
        EventKind.COMPLAINT_ANSWERED,
        actor=actor.ref,
        subject=complaint.ref,
        payload={"outcome": outcome.value, "text_digest": complaint.digest_of(complaint.answer)},
    )
    tell_of_answer(complaint)
    return complaint
