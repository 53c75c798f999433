"""The firm answers the bank's question, and the case goes back to the bank."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
from portal.applications.clock import CLOCK_FIELDS, run_clock
from portal.applications.models import LoanApplication, Question
from portal.applications.telling import tell_officer
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def answer_question(actor: Actor, *, application_id: UUID, text: str) -> Question:
    """Answer the open question, once; the case is under review again and nothing is fetched anew.

    An answer is kept also when the consent has ended meanwhile: the application is looked at again
    right after, and then asks for a new consent.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition when
    no question is open (any more), RuleBroken for an empty or overlong text.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    if not application.is_asked:
        raise InvalidTransition(code="no_question_open")
    check_move(application.status, Status.UNDER_REVIEW)
    question = _answered(actor, application, text)
    now = question.answered_at or timezone.now()
    application.status = Status.UNDER_REVIEW
    application.action_reason = ""
    run_clock(application, now)
    application.save(update_fields=["status", "action_reason", *CLOCK_FIELDS])
    record(
        EventKind.QUESTION_ANSWERED,
        actor=actor.ref,
        subject=application.ref,
        payload={"question": str(question.id), "text_digest": question.digest_of(question.answer)},
    )
    # Whatever befell consent and score meanwhile left a waiting case alone.
    enqueue(Job.ADVANCE_APPLICATION, subject=application.ref)
    tell_officer(application, question.asked_by, "question_answered")
    return question


def _answered(actor: Actor, application: LoanApplication, text: str) -> Question:
    question = Question.objects.select_related("asked_by").get(
        application=application, answered_at__isnull=True
    )
    question.answer = rules.check_text(text)
    question.answered_by_id = actor.person_id
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    return question
