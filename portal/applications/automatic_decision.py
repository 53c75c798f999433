"""What a product's policy decides without an officer; a step of a use case, under the lock.

Whatever does not fit leaves the case to a person.
"""

from __future__ import annotations

from typing import Final

from portal.applications.deciding import (
    Ruling,
    amount_of,
    check_live,
    frozen_inputs,
    write_decision,
)
from portal.applications.models import Decision, LoanApplication
from portal.applications.offer_terms import OfferTerms, check_offer, suggested
from portal.applications.rules import check_reasons
from portal.core.actor import SystemActor
from portal.core.errors import RuleBroken
from portal.products.models import ProductVersion
from portal.products.policy.vocabulary import Verdict
from portal.products.policy_answer import PolicyAnswer
from portal.products.reason_codes import Outcome
from portal.products.terms import Terms
from scoring.queries import ScoreView

POLICY: Final = SystemActor("policy")
OUTCOMES: Final = {Verdict.APPROVE: Outcome.APPROVE, Verdict.DECLINE: Outcome.DECLINE}


def decided_alone(
    application: LoanApplication, score: ScoreView, version: ProductVersion, answer: PolicyAnswer
) -> Decision | None:
    """Write the decision that ``version`` lets its policy make alone; None leaves it to an officer.

    An approval offers what was asked for up to the policy's limit, at its rate and on its
    conditions. RuleBroken ``consent_ended`` when the consent ended while it was written: then
    nothing of it stands.
    """
    if not answer.is_automatic or _is_a_persons(application, score):
        return None
    outcome = OUTCOMES[answer.ruling.verdict]
    try:
        terms = _checked(application, score, version, answer)
    except RuleBroken:
        return None
    ruling = Ruling(
        outcome=outcome,
        reasons=answer.ruling.reasons,
        note_to_firm="",
        terms=terms,
        decided_by=None,
        alone_fen=_limit_fen(version, outcome),
        inputs=frozen_inputs(application, score, version),
    )
    decision = write_decision(POLICY, application, ruling, score)
    check_live(application)
    return decision


def _is_a_persons(application: LoanApplication, score: ScoreView) -> bool:
    """What was decided once is before a person because the firm asked for one."""
    return not score.is_in_sight or application.decisions.exists()


def _checked(
    application: LoanApplication, score: ScoreView, version: ProductVersion, answer: PolicyAnswer
) -> OfferTerms | None:
    """What an approval offers; RuleBroken for what an officer might not decide either."""
    outcome = OUTCOMES[answer.ruling.verdict]
    check_reasons(outcome, answer.ruling.reasons, has_score=score.is_scored)
    if outcome is Outcome.DECLINE:
        return None
    asked_fen, product = amount_of(application), Terms.of(version.document)
    terms = suggested(asked_fen, product, answer.frozen())
    check_offer(terms, asked_fen=asked_fen, product=product)
    return terms


def _limit_fen(version: ProductVersion, outcome: Outcome) -> int:
    limits = version.content.automation
    return limits.approve_up_to_fen if outcome is Outcome.APPROVE else limits.decline_up_to_fen
