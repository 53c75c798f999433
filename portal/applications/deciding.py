"""What a decision rests on, and how it is written down; steps of use cases, under a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.decision_record import digest_of
from portal.applications.models import Decision, LoanApplication
from portal.applications.offer_terms import OfferTerms, suggested
from portal.applications.offering import make_offer
from portal.applications.policy_runs import policy_run_about
from portal.applications.telling import tell_firm
from portal.applications.transitions import Status, check_move
from portal.consents.queries import live_consent_ids
from portal.core.actor import Actor, SystemActor
from portal.core.errors import RuleBroken
from portal.products.models import ProductVersion
from portal.products.reason_codes import Outcome
from portal.products.terms import Terms
from scoring.queries import ScoreView, score_under

STATUS = {Outcome.APPROVE: Status.OFFERED, Outcome.DECLINE: Status.DECLINED}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision before it is written: who made it, alone up to which amount, and who else.

    ``terms`` is what an approval offers. ``decided_by`` is None where the policy decides alone.
    """

    outcome: Outcome
    reasons: Sequence[str]
    note_to_firm: str
    terms: OfferTerms | None
    decided_by: UUID | None
    alone_fen: int
    inputs: dict[str, object]
    approved_by: UUID | None = None


def score_to_rest_on(application: LoanApplication) -> ScoreView:
    """The score under the live consent; RuleBroken when that has ended, or the score was wrong."""
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


def frozen_inputs(
    application: LoanApplication, score: ScoreView, version: ProductVersion
) -> dict[str, object]:
    """Everything that whoever decides now has seen; of a score set aside only its id."""
    return {
        "application": {
            "amount_fen": application.amount_fen,
            "term_months": application.term_months,
            "use_of_funds": application.use_of_funds,
            "consent": str(application.consent_id),
        },
        "product": application.product.frozen_terms() | {"version_sha256": version.sha256},
        "score": score.frozen() if score.is_in_sight else None,
        "score_set_aside": None if score.is_in_sight else str(score.id),
        "policy": _policy(application, score),
    }


def terms_to_offer(
    application: LoanApplication, score: ScoreView, version: ProductVersion
) -> OfferTerms:
    """What an approval offers unless the officer says otherwise: the policy's advice, if any."""
    kept = _policy(application, score)
    answer = cast("dict[str, Any] | None", kept["answer"] if kept is not None else None)
    return suggested(amount_of(application), Terms.of(version.document), answer)


def _policy(application: LoanApplication, score: ScoreView) -> dict[str, object] | None:
    run = policy_run_about(application.id, score.id) if score.is_in_sight else None
    return run.frozen() if run is not None else None


def write_decision(
    actor: Actor | SystemActor, application: LoanApplication, ruling: Ruling, score: ScoreView
) -> Decision:
    """The decision and what follows: status, offer, ledger events and the message to the firm."""
    check_move(application.status, STATUS[ruling.outcome])
    terms = ruling.terms
    decision = Decision.objects.create(
        application=application,
        review_of=application.decisions.order_by("-decided_at").first(),
        outcome=ruling.outcome,
        reasons=list(ruling.reasons),
        note_to_firm=ruling.note_to_firm.strip(),
        terms=terms.frozen() if terms is not None else None,
        amount_fen=terms.amount_fen if terms is not None else amount_of(application),
        alone_fen=ruling.alone_fen,
        decided_by=ruling.decided_by,
        approved_by=ruling.approved_by,
        inputs=ruling.inputs,
    )
    application.status = STATUS[ruling.outcome]
    application.decided_at = decision.decided_at
    application.decision = decision
    application.save(update_fields=["status", "decided_at", "decision"])
    _record(actor, application, decision, score)
    if ruling.outcome is Outcome.APPROVE:
        make_offer(actor, application, decision)
    tell_firm(application, "application_decided")
    return decision


def _record(
    actor: Actor | SystemActor,
    application: LoanApplication,
    decision: Decision,
    score: ScoreView,
) -> None:
    record(
        EventKind.DECISION_RECORDED,
        actor=actor.ref,
        subject=application.ref,
        payload={
            "outcome": decision.outcome,
            "reasons": ",".join(decision.reasons),
            "score": score.value if score.is_in_sight else None,
            "band": (score.band or None) if score.is_in_sight else None,
            "decision_sha256": digest_of(decision),
        },
    )


def amount_of(application: LoanApplication) -> int:
    """Every application that was sent has one (``application_complete_once_sent``)."""
    return cast("int", application.amount_fen)


def check_live(application: LoanApplication) -> None:
    """Refuse (RuleBroken ``consent_ended``) a case whose consent has ended meanwhile.

    Asked last of all: nothing holds up a withdrawal here.
    """
    if application.consent_id is None or not live_consent_ids([application.consent_id]):
        raise _consent_ended()


def _consent_ended() -> RuleBroken:
    return RuleBroken(
        _("The firm's consent has ended or is paused: the case cannot be decided on its data."),
        code="consent_ended",
    )
