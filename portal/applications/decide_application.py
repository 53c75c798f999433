"""An officer of the bank decides a case."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
from portal.applications.models import Decision, LoanApplication
from portal.applications.telling import tell_firm
from portal.applications.transitions import Status, check_move
from portal.consents.queries import live_consent_ids
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.products.reason_codes import Outcome
from scoring.queries import ScoreView, score_under

_STATUS = {Outcome.APPROVE: Status.APPROVED, Outcome.DECLINE: Status.DECLINED}


@transaction.atomic(durable=True)
def decide_application(
    actor: Actor,
    *,
    application_id: UUID,
    outcome: Outcome,
    reasons: Sequence[str],
    note_to_firm: str = "",
) -> Decision:
    """Approve or decline with coded reasons; everything the officer saw is frozen beside it.

    A score that was set aside is no input: only its id is frozen, as set aside.

    NotAllowed for anybody but the bank's staff, NotFound for another bank's case,
    InvalidTransition when it is not (or no longer) under review, RuleBroken for reasons that do
    not fit the outcome or rest on a score that is not in sight, for a consent that has ended since
    the case was opened or while it was decided, and for a score that the bank found wrong.
    """
    require(actor, Permission.APPLICATION_DECIDE)
    application = lock_application(actor, application_id)
    check_move(application.status, _STATUS[outcome])
    score = _score_under_consent(application)
    rules.check_reasons(outcome, reasons, has_score=score.is_scored and score.is_in_sight)
    rules.check_note(note_to_firm)
    application.status = _STATUS[outcome]
    application.decided_at = timezone.now()
    application.save(update_fields=["status", "decided_at"])
    decision = Decision.objects.create(
        application=application,
        outcome=outcome,
        reasons=list(reasons),
        note_to_firm=note_to_firm.strip(),
        decided_by=actor.person_id,
        decided_at=application.decided_at,
        inputs=_inputs(application, score),
    )
    record(
        EventKind.DECISION_RECORDED,
        actor=actor.ref,
        subject=application.ref,
        payload={
            "outcome": outcome.value,
            "reasons": ",".join(reasons),
            "score": score.value if score.is_in_sight else None,
            "band": (score.band or None) if score.is_in_sight else None,
        },
    )
    tell_firm(application, "application_decided")
    # Last of all: nothing holds up a withdrawal here, so one that came meanwhile is looked for.
    _check_live(application)
    return decision


def _check_live(application: LoanApplication) -> None:
    if application.consent_id is None or not live_consent_ids([application.consent_id]):
        raise _consent_ended()


def _consent_ended() -> RuleBroken:
    return RuleBroken(
        _("The firm's consent has ended or is paused: the case cannot be decided on its data."),
        code="consent_ended",
    )


def _score_under_consent(application: LoanApplication) -> ScoreView:
    consent_id = application.consent_id
    is_live = consent_id is not None and bool(live_consent_ids([consent_id]))
    score = score_under(application.id, consent_id) if is_live and consent_id else None
    if score is None:
        raise _consent_ended()
    if score.is_found_wrong:
        raise RuleBroken(
            _("The score was found to be wrong: the case waits for a new one."),
            code="score_found_wrong",
        )
    return score


def _inputs(application: LoanApplication, score: ScoreView) -> dict[str, object]:
    return {
        "application": {
            "amount_fen": application.amount_fen,
            "term_months": application.term_months,
            "use_of_funds": application.use_of_funds,
            "consent": str(application.consent_id),
        },
        "product": application.product.frozen_terms(),
        "score": score.frozen() if score.is_in_sight else None,
        "score_set_aside": None if score.is_in_sight else str(score.id),
    }
