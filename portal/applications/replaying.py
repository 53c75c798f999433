"""A decision computed again from what was frozen with it, and compared.

Compared are: the frozen score with what the policy saw of it, the version's document with its hash,
the policy's answer with the one it gives now on the frozen inputs, and the decision with the
ledger's entry. The score itself is replayed in the vault (`scoring.replaying`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.kinds import EventKind
from ledger.queries import entries_page
from portal.applications import decision_record
from portal.applications.models import Decision, Offer
from portal.applications.offering import document_of
from portal.applications.policy_inputs import inputs_of
from portal.core.errors import NotFound
from portal.products.models import ProductVersion
from portal.products.policy.inputs import PolicyInputs
from portal.products.queries import evaluate_policy
from portal.products.terms import digest_of
from scoring.queries import ScoreView


@dataclass(frozen=True, slots=True)
class ReplayedDecision:
    """What was compared, and what of it differs; ``score_id`` is None where no score was frozen."""

    compared: tuple[str, ...]
    differing: tuple[str, ...]
    score_id: UUID | None


def replayed(decision_id: UUID) -> ReplayedDecision:
    """Compute again what a decision's record says. NotFound for an unknown decision."""
    beside = ("application__product",)
    decision = Decision.objects.filter(id=decision_id).select_related(*beside).first()
    if decision is None:
        raise NotFound(code="decision_not_found")
    same = {"ledger entry": _is_on_ledger(decision)}
    if decision.terms is not None and "version_sha256" in decision.inputs["product"]:
        same["offer"] = _is_offer_the_same(decision)
    score = decision.inputs["score"]
    if policy := decision.inputs.get("policy"):
        same |= _policy_again(policy, decision.inputs)
    return ReplayedDecision(
        compared=tuple(same),
        differing=tuple(name for name, holds in same.items() if not holds),
        score_id=UUID(score["id"]) if score else None,
    )


def automatic_decision_ids() -> list[UUID]:
    """Every decision that a policy made alone, oldest first."""
    alone = Decision.objects.filter(decided_by__isnull=True).order_by("decided_at", "id")
    return list(alone.values_list("id", flat=True))


def _policy_again(policy: dict[str, Any], inputs: dict[str, Any]) -> dict[str, bool]:
    answer, seen = policy["answer"], PolicyInputs.thaw(policy["inputs"])
    version = ProductVersion.objects.get(id=answer["version"])
    asked = inputs["application"]
    score = ScoreView.thaw(inputs["score"])
    terms = {name: asked[name] for name in ("amount_fen", "term_months")}
    return {
        "policy's inputs": inputs_of(score, **terms) == seen,
        "policy's version": version.sha256 == answer["version_sha256"],
        "policy's answer": evaluate_policy(version, seen).frozen() == answer,
    }


def _is_offer_the_same(decision: Decision) -> bool:
    """What was offered, computed again from the record; also the offer's own digest."""
    offer = Offer.objects.filter(decision=decision).first()
    if offer is None:
        return False
    document = document_of(offer, decision.application, decision)
    return (document, digest_of(document)) == (offer.document, offer.sha256)


def _is_on_ledger(decision: Decision) -> bool:
    score = decision.inputs["score"] or {}
    said = {
        "outcome": decision.outcome,
        "reasons": ",".join(decision.reasons),
        "score": score.get("value"),
        "band": score.get("band") or None,
        "decision_sha256": decision_record.digest_of(decision),
    }
    found = entries_page(kind=EventKind.DECISION_RECORDED, subject=decision.application.ref)
    without_digest = {key: said[key] for key in said if key != "decision_sha256"}
    payloads = [dict(entry.payload) for entry in found.entries]
    # Entries from before offers don't name the record; where one does, it has to be this record.
    return said in payloads or without_digest in payloads
