"""What a letter is written from, and whether a letter in somebody's hand is one of ours."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from portal.applications.access import application_for
from portal.applications.decision_record import digest_of
from portal.applications.models import Decision, LoanApplication, Offer
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.products.reason_codes import REASONS, Reason
from scoring.queries import RecourseView, ScoreView, scores_by_id


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A decided application with its record; ``score`` is None when it was set aside before.

    ``offer`` is the document of an approval's offer.
    """

    application: LoanApplication
    decision: Decision
    reasons: tuple[Reason, ...]
    score: ScoreView | None
    digest: str
    offer: Mapping[str, Any] | None = None


def decided_case(actor: Actor, application_id: UUID) -> DecidedCase:
    """The case that a letter tells of.

    NotFound for one that is not visible to the actor, and while it is undecided.
    """
    application = application_for(actor, application_id)
    decision = application.decision
    if decision is None:
        raise NotFound(code="letter_not_yet")
    return DecidedCase(
        application=application,
        decision=decision,
        reasons=tuple(REASONS[code] for code in decision.reasons),
        score=_score_of(decision),
        digest=digest_of(decision),
        offer=Offer.objects.filter(decision=decision).values_list("document", flat=True).first(),
    )


def genuine_letter(reference: str, digest: str) -> Decision:
    """The decision whose letter bears this reference and digest; for anybody who holds one.

    NotFound unless the record is to the bit what it was when the letter was written.
    """
    beside = ("application__bank", "application__firm", "application__product")
    for decision in Decision.objects.filter(application__reference=reference).select_related(
        *beside
    ):
        if hmac.compare_digest(digest_of(decision).encode(), digest.encode()):
            return decision
    raise NotFound(code="letter_unknown")


def _score_of(decision: Decision) -> ScoreView | None:
    """As frozen, but with no figure that has been erased since."""
    kept = decision.inputs["score"]
    if kept is None:
        return None
    frozen = ScoreView.thaw(kept)
    today = scores_by_id([frozen.id]).get(frozen.id)
    return replace(frozen, recourse=today.recourse if today is not None else RecourseView())
