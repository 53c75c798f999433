"""What the portal itself does to an application when its fetch, its score or its consent moved."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.applications.access import lock_for_worker
from portal.applications.action_reasons import ActionReason
from portal.applications.automatic_decision import decided_alone
from portal.applications.clock import CLOCK_FIELDS, run_clock, stop_clock
from portal.applications.models import LoanApplication
from portal.applications.policy_runs import run_policy
from portal.applications.telling import tell_firm
from portal.applications.transitions import IN_WORK, Status, check_move
from portal.consents.queries import consent_of, consent_state
from portal.consents.transitions import ConsentState
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.jobs.models import JobStatus
from portal.jobs.queries import job_for
from portal.products.queries import version_in_force
from portal.taxdata.queries import fetch_outcome
from scoring.queries import ScoreView, score_under

_ENDED = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})


@transaction.atomic(durable=True)
def advance_application(actor: SystemActor, *, application_id: UUID) -> bool:
    """Move an application on as far as the facts allow; False when something is still awaited.

    All that the product needs is fetched: ask for the score. Scored, or too few records to score:
    decided by the product's policy where its version lets it, else under review. The fetch or the
    score failed, the consent ended before the decision, or the bank found the score to be wrong:
    action required, with the reason.
    A pause moves nothing: while it lasts the case is sealed and its clock stands still, and then
    it goes on. Called twice, it does nothing the second time. RuleBroken (``consent_ended``) when
    the consent ended while the policy decided: nothing has moved then.
    """
    application = lock_for_worker(application_id)
    if application.status not in IN_WORK:
        return True
    state = consent_state(_consent_id(application))
    if state == ConsentState.PAUSED:
        stop_clock(application, timezone.now())
        application.save(update_fields=CLOCK_FIELDS)
        return False
    if state != ConsentState.ACTIVE:
        _stop(application, ActionReason.CONSENT_ENDED)
        return True
    return _go_on(actor, application)


def _go_on(actor: SystemActor, application: LoanApplication) -> bool:
    if application.clock_stopped_at is not None:
        run_clock(application, timezone.now())
        application.save(update_fields=CLOCK_FIELDS)
    if application.status == Status.SUBMITTED:
        return _after_fetch(application)
    if application.status == Status.SCORING:
        return _after_score(actor, application)
    if _is_score_wrong(application):
        _stop(application, ActionReason.SCORE_WRONG)
    return True


def _is_score_wrong(application: LoanApplication) -> bool:
    score = score_under(application.id, _consent_id(application))
    return score is not None and score.is_found_wrong


def _after_fetch(application: LoanApplication) -> bool:
    needed = application.product.categories
    outcome = fetch_outcome(_consent_id(application), categories=needed)
    if outcome is not None and outcome.is_complete:
        _move(application, Status.SCORING)
        enqueue(
            Job.SCORE_APPLICATION,
            subject=application.ref,
            payload={
                "consent": str(application.consent_id),
                "bank": str(application.bank_id),
                "purpose": application.product.purpose,
            },
        )
        return False
    if outcome is not None or _has_ended(application, Job.FETCH_TAX_DATA):
        _stop(application, ActionReason.FETCH_FAILED)
        return True
    return False


def _after_score(actor: SystemActor, application: LoanApplication) -> bool:
    score = score_under(application.id, _consent_id(application))
    if score is not None:
        application.score_id = score.id
        _move(application, Status.UNDER_REVIEW)
        if not _is_decided_alone(actor, application, score):
            is_scored = score.is_scored
            tell_firm(application, "application_scored" if is_scored else "application_unscored")
            _look_again_at_expiry(application)
        return True
    if _has_ended(application, Job.SCORE_APPLICATION):
        _stop(application, ActionReason.SCORING_FAILED)
        return True
    return False


def _is_decided_alone(actor: SystemActor, application: LoanApplication, score: ScoreView) -> bool:
    # One version, asked for once, both rules and limits, whatever is put in force meanwhile.
    version = version_in_force(application.product_id)
    answer = run_policy(actor, application, score, version)
    if answer is None:
        return False
    return decided_alone(application, score, version, answer) is not None


def _look_again_at_expiry(application: LoanApplication) -> None:
    """A consent that expires tells nobody."""
    consent = consent_of(_consent_id(application))
    if consent is not None and consent.is_live:
        left = consent.expires_at - timezone.now() + timedelta(seconds=1)
        enqueue(Job.ADVANCE_APPLICATION, subject=application.ref, delay=left)


def _consent_id(application: LoanApplication) -> UUID:
    """Every application that was sent has one (``application_complete_once_sent``)."""
    return cast("UUID", application.consent_id)


def _has_ended(application: LoanApplication, job: Job) -> bool:
    view = job_for(application.ref, job)
    return view is not None and view.status in _ENDED


def _stop(application: LoanApplication, reason: ActionReason) -> None:
    application.action_reason = reason
    stop_clock(application, timezone.now())
    _move(application, Status.ACTION_REQUIRED)
    tell_firm(application, "application_stopped")


def _move(application: LoanApplication, target: Status) -> None:
    check_move(application.status, target)
    application.status = target
    application.save(update_fields=["status", "action_reason", "score_id", *CLOCK_FIELDS])
