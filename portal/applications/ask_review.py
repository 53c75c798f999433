"""A firm that the policy declined alone puts its case before a person at the bank."""

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
from portal.applications.clock import restart_clock
from portal.applications.decision_record import digest_of
from portal.applications.desk import desk_of
from portal.applications.funding_queries import took_an_offer
from portal.applications.models import Decision, LoanApplication
from portal.applications.telling import tell_case_workers
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, RuleBroken
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue

ASKED_FIELDS = (
    "status",
    "decision",
    "decided_at",
    "review_asked_at",
    "review_note",
    "first_opened_at",
    "due_at",
    "clock_stopped_at",
)


@transaction.atomic(durable=True)
def ask_review(actor: Actor, *, application_id: UUID, note: str = "") -> LoanApplication:
    """Have a person decide on a case that the policy declined alone; once, and never refused.

    The case is undecided again, with a time limit of its own; the first decision is kept, and the
    policy is not asked again. A consent that has ended stops nothing here: the case is looked at
    right after, and then asks for a new one.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    unless a decline of the policy alone stands, RuleBroken for an overlong note and once the firm
    has accepted another bank's offer on the same request.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    declined = _declined_alone(application)
    _check_open(application)
    check_move(application.status, Status.UNDER_REVIEW)
    rules.check_note(note)
    now = timezone.now()
    application.status = Status.UNDER_REVIEW
    application.decision, application.decided_at = None, None
    application.review_asked_at, application.review_note = now, note.strip()
    application.first_opened_at = None
    restart_clock(application, now, working_days=desk_of(application.bank_id).review_days)
    application.save(update_fields=ASKED_FIELDS)
    record(
        EventKind.REVIEW_ASKED,
        actor=actor.ref,
        subject=application.ref,
        payload={"decision_sha256": digest_of(declined)},
    )
    # Whatever befell consent and score since the decision left a decided case alone.
    enqueue(Job.ADVANCE_APPLICATION, subject=application.ref)
    tell_case_workers(application, "review_asked")
    return application


def _check_open(application: LoanApplication) -> None:
    """What a person would decide could not be accepted any more."""
    if took_an_offer(application):
        raise RuleBroken(
            _("You accepted another bank’s offer on this request. Apply anew if you need more."),
            code="another_accepted",
        )


def _declined_alone(application: LoanApplication) -> Decision:
    """The decision that stands.

    A case that waits for the firm may go under review as well, but not by this door: hence not only
    ``check_move``.
    """
    decision = application.decision
    if application.status != Status.DECLINED or decision is None or not decision.is_automatic:
        raise InvalidTransition(code="no_automatic_decline")
    return decision
