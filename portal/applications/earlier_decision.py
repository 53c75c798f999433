"""The decision that a person was asked to look at again, beside a case."""

from __future__ import annotations

from dataclasses import dataclass

from portal.applications.models import Decision, LoanApplication
from portal.products.reason_codes import REASONS, Reason


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """A decline of the policy alone that stands no longer, with its reasons."""

    decision: Decision
    reasons: tuple[Reason, ...]


def earlier_decision(application: LoanApplication) -> EarlierDecision | None:
    """What the firm asked a person to look at, in one query; none where it asked for nobody."""
    if application.review_asked_at is None:
        return None
    decision = application.decisions.filter(review_of=None).first()
    if decision is None:
        return None
    return EarlierDecision(decision, tuple(REASONS[code] for code in decision.reasons))
