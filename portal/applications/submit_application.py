"""A firm sends its application to the bank."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
from portal.applications.clock import CLOCK_FIELDS, start_clock
from portal.applications.desk import working_days_of
from portal.applications.fresh_consent import fresh_consent_for, narrow_consent_for
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status, check_move
from portal.consents.queries import ConsentView
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, RuleBroken
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue

LOOK_AFTER = timedelta(seconds=30)
SENT_FIELDS = (
    "status",
    "action_reason",
    "consent_id",
    "score_id",
    "submitted_at",
    *CLOCK_FIELDS,
)


@transaction.atomic(durable=True)
def submit_application(actor: Actor, *, application_id: UUID) -> LoanApplication:
    """Send a complete application under a live consent, and ask for the firm's records.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    when it is already with the bank, RuleBroken when an answer or the consent is missing, or
    the consent allows less than the product needs.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    check_move(application.status, Status.SUBMITTED)
    if application.is_asked:
        raise InvalidTransition(code="question_open")
    rules.check_complete(
        amount_fen=application.amount_fen,
        term_months=application.term_months,
        use_of_funds=application.use_of_funds,
        terms=application.product_terms(),
    )
    consent = _fresh_consent(application)
    application.status = Status.SUBMITTED
    application.action_reason = ""
    application.consent_id = consent.id
    application.score_id = None
    now = timezone.now()
    application.submitted_at = application.submitted_at or now
    start_clock(application, now, working_days=working_days_of(application.bank_id))
    application.save(update_fields=SENT_FIELDS)
    record(
        EventKind.APPLICATION_SUBMITTED,
        actor=actor.ref,
        subject=application.ref,
        payload={
            "firm": str(application.firm_id),
            "bank": str(application.bank_id),
            "product": str(application.product_id),
            "amount_fen": application.amount_fen,
            "term_months": application.term_months,
            "consent": str(consent.id),
        },
    )
    enqueue(
        Job.FETCH_TAX_DATA,
        subject=application.ref,
        payload={"consent": str(consent.id)},
    )
    # Looks after the fetch even if its worker dies without a word.
    enqueue(
        Job.ADVANCE_APPLICATION,
        subject=application.ref,
        payload={"watch": True},
        delay=LOOK_AFTER,
    )
    return application


def _fresh_consent(application: LoanApplication) -> ConsentView:
    consent = fresh_consent_for(application)
    if consent is not None:
        return consent
    if narrow_consent_for(application) is not None:
        raise RuleBroken(
            _("Your consent does not cover what this product needs. Sign a new one first."),
            code="consent_too_narrow",
        )
    raise RuleBroken(
        _("The bank needs your consent before you can send the application."),
        code="consent_missing",
    )
