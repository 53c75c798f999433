"""A person at the bank answers a firm's dispute in writing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from scoring.dispute_rules import check_text
from scoring.models import Dispute, DisputeOutcome, DisputeStatus


@transaction.atomic(durable=True)
def answer_dispute(
    actor: Actor, *, dispute_id: UUID, outcome: DisputeOutcome, answer: str
) -> Dispute:
    """Answer once, in writing; whoever opened the dispute is told.

    A score set aside or found wrong is out of the bank's sight from this commit on
    (``ScoreView.is_in_sight``); of one found wrong the application is told, which then asks the
    firm for a new consent.

    NotAllowed for anybody but the bank's staff, NotFound for another bank's dispute,
    InvalidTransition when it is answered already, RuleBroken for an empty or overlong answer.
    """
    require(actor, Permission.DISPUTE_ANSWER)
    own = Dispute.objects.filter(id=dispute_id, bank_id=str(actor.organisation_id))
    dispute = own.select_for_update(no_key=True).first()
    if dispute is None:
        raise NotFound(code="dispute_not_found")
    if dispute.status != DisputeStatus.OPEN:
        raise InvalidTransition(_("This dispute has been answered."), code="dispute_answered")
    dispute.status = DisputeStatus.ANSWERED
    dispute.outcome = outcome
    dispute.answer = check_text(answer)
    dispute.answered_by = actor.person_id
    dispute.answered_at = timezone.now()
    dispute.save(update_fields=["status", "outcome", "answer", "answered_by", "answered_at"])
    record(
        EventKind.DISPUTE_ANSWERED,
        actor=actor.ref,
        subject=dispute.ref,
        payload={"score_id": str(dispute.score_id), "outcome": outcome.value},
    )
    if outcome == DisputeOutcome.CORRECTED:
        subject = f"application:{dispute.application_id}"
        enqueue(Job.ADVANCE_APPLICATION, subject=subject, key=f"advance-dispute:{dispute.id}")
    for person in User.objects.filter(id=dispute.opened_by, is_active=True):
        queue_mail(person, message="dispute_answered")
    return dispute
