"""An officer asks the firm something; until it answers, the case waits for it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
from portal.applications.action_reasons import ActionReason
from portal.applications.clock import CLOCK_FIELDS, stop_clock
from portal.applications.models import Question
from portal.applications.telling import tell_firm
from portal.applications.transitions import Status, check_move
from portal.consents.queries import live_consent_ids
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, RuleBroken


@transaction.atomic(durable=True)
def ask_question(actor: Actor, *, application_id: UUID, text: str) -> Question:
    """Put a question to the firm, which is told; the bank's clock stands still meanwhile.

    NotAllowed for anybody but the bank's staff, NotFound for another bank's case, InvalidTransition
    unless the case is under review, RuleBroken for an empty or overlong text and when the consent
    has ended or is paused: then the firm has something else to do first.
    """
    require(actor, Permission.CASE_WORK)
    application = lock_application(actor, application_id)
    if application.status != Status.UNDER_REVIEW:
        raise InvalidTransition(code="case_not_under_review")
    check_move(application.status, Status.ACTION_REQUIRED)
    if not live_consent_ids([application.consent_id] if application.consent_id else []):
        raise RuleBroken(
            _("The firm's consent has ended or is paused: the case waits for the firm as it is."),
            code="consent_ended",
        )
    question = Question.objects.create(
        application=application, text=rules.check_text(text), asked_by_id=actor.person_id
    )
    application.status = Status.ACTION_REQUIRED
    application.action_reason = ActionReason.QUESTION
    stop_clock(application, timezone.now())
    application.save(update_fields=["status", "action_reason", *CLOCK_FIELDS])
    record(
        EventKind.QUESTION_ASKED,
        actor=actor.ref,
        subject=application.ref,
        payload={"question": str(question.id), "text_digest": question.digest_of(question.text)},
    )
    tell_firm(application, "question_asked")
    return question
