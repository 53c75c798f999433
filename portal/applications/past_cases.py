"""What a bank decided before, as a policy would have seen it: for trying out a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.accounts.permissions import Permission, require
from portal.applications.models import Decision, LoanApplication
from portal.applications.policy_inputs import inputs_of
from portal.core.actor import Actor
from portal.products.policy.inputs import PolicyInputs
from portal.products.reason_codes import Outcome
from scoring.queries import ScoreView

MOST_CASES = 500


@dataclass(frozen=True, slots=True)
class PastCase:
    """A decided case with its frozen inputs."""

    application_id: UUID
    reference: str
    outcome: Outcome
    inputs: PolicyInputs


def past_cases_of(actor: Actor, product_id: UUID) -> list[PastCase]:
    """The bank's newest decided cases of a product, at most ``MOST_CASES``, in one query.

    Only what was frozen with the decision is read. A case whose score had been set aside is left
    out. NotAllowed for anybody but the bank's staff; another bank's product has none.
    """
    require(actor, Permission.CASE_VIEW)
    cases = LoanApplication.objects.visible_to(actor).filter(product_id=product_id)
    decided = (
        Decision.objects.filter(id__in=cases.values("decision_id"))
        .exclude(inputs__score=None)
        .select_related("application")
        .order_by("-decided_at")
    )
    return [_past(decision) for decision in decided[:MOST_CASES]]


def _past(decision: Decision) -> PastCase:
    asked: Mapping[str, Any] = decision.inputs["application"]
    return PastCase(
        application_id=decision.application.id,
        reference=decision.application.reference,
        outcome=Outcome(decision.outcome),
        inputs=inputs_of(
            ScoreView.thaw(decision.inputs["score"]),
            amount_fen=asked["amount_fen"],
            term_months=asked["term_months"],
        ),
    )
