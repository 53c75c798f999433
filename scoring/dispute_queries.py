"""What pages read of disputes: a firm its own, a bank those about scores made for it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from portal.accounts.permissions import Permission, may, require
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.core.paging import PAGE_SIZE, Page, Place, page_of
from scoring.models import Dispute, DisputeStatus, Score


def disputes_of_score(actor: Actor, score_id: UUID) -> list[Dispute]:
    """All disputes of a score that the actor's organisation is a party to, newest first."""
    return list(_visible_to(actor).filter(score_id=score_id).order_by("-opened_at"))


def disputes_of_firm(actor: Actor, *, newest: int) -> list[Dispute]:
    """The firm's disputes, open ones first, then newest first; nothing for anybody else."""
    if actor.organisation_kind is not OrganisationKind.FIRM:
        return []
    own = _visible_to(actor).select_related("score")
    return list(own.order_by("-status", "-opened_at", "id")[:newest])


def disputed_among(actor: Actor, score_ids: list[UUID]) -> frozenset[UUID]:
    """Those of the scores that have an open dispute, in one query."""
    still = _visible_to(actor).filter(status=DisputeStatus.OPEN, score_id__in=score_ids)
    return frozenset(still.values_list("score_id", flat=True))


def disputes_to_answer(actor: Actor, *, after: Place | None = None) -> Page[Dispute]:
    """A page of disputes that wait for the bank, the most urgent first; NotAllowed for others."""
    require(actor, Permission.CASE_VIEW)
    waiting = _visible_to(actor).filter(status=DisputeStatus.OPEN)
    if after is not None:
        waiting = waiting.filter(Q(answer_by__gt=after.at) | Q(answer_by=after.at, id__gt=after.id))
    rows = list(waiting.order_by("answer_by", "id")[: PAGE_SIZE + 1])
    return page_of(rows, lambda row: Place(row.answer_by, row.id), size=PAGE_SIZE)


def disputes_answered(actor: Actor) -> list[Dispute]:
    """What the bank answered lately, newest first; NotAllowed for anybody but a bank's staff."""
    require(actor, Permission.CASE_VIEW)
    answered = _visible_to(actor).filter(status=DisputeStatus.ANSWERED)
    return list(answered.order_by("-answered_at", "id")[:PAGE_SIZE])


def number_to_answer(actor: Actor) -> int:
    """How many disputes wait for the actor's bank; 0 for anybody who may not answer."""
    if not may(actor, Permission.DISPUTE_ANSWER):
        return 0
    return _visible_to(actor).filter(status=DisputeStatus.OPEN).count()


def dispute_for_bank(actor: Actor, dispute_id: UUID) -> Dispute:
    """One dispute; NotFound for another bank's, NotAllowed for anybody but a bank's staff."""
    require(actor, Permission.CASE_VIEW)
    found = _visible_to(actor).filter(id=dispute_id).first()
    if found is None:
        raise NotFound(code="dispute_not_found")
    return found


def bank_of_score(actor: Actor, score_id: UUID) -> UUID:
    """The bank that a score of the actor's firm was made for; NotFound for any other score."""
    own = Score.objects.filter(id=score_id, firm_id=str(actor.organisation_id))
    found = own.values_list("bank_id", flat=True).first()
    if found is None:
        raise NotFound(code="score_not_found")
    return found


def _visible_to(actor: Actor) -> QuerySet[Dispute]:
    match actor.organisation_kind:
        case OrganisationKind.FIRM:
            return Dispute.objects.filter(firm_id=str(actor.organisation_id))
        case OrganisationKind.BANK:
            return Dispute.objects.filter(bank_id=str(actor.organisation_id))
        case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR | None:
            return Dispute.objects.none()
