"""What pages read of disputes: a firm its own, a bank those about scores made for it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from scoring.models import Dispute, DisputeStatus


def disputes_of_score(actor: Actor, score_id: UUID) -> list[Dispute]:
    """All disputes of a score that the actor's organisation is a party to, newest first."""
    return list(_visible_to(actor).filter(score_id=score_id).order_by("-opened_at"))


def disputes_of_firm(actor: Actor) -> list[Dispute]:
    """The firm's disputes, newest first; nothing for anybody else."""
    if actor.organisation_kind is not OrganisationKind.FIRM:
        return []
    return list(_visible_to(actor).order_by("-opened_at"))


def disputes_for_bank(actor: Actor) -> list[Dispute]:
    """Disputes to answer, the most urgent first, then those answered; NotAllowed for others."""
    require(actor, Permission.CASE_VIEW)
    rows = _visible_to(actor)
    waiting = rows.filter(status=DisputeStatus.OPEN).order_by("answer_by", "id")
    answered = rows.filter(status=DisputeStatus.ANSWERED).order_by("-answered_at", "id")[:20]
    return [*waiting, *answered]


def dispute_for_bank(actor: Actor, dispute_id: UUID) -> Dispute:
    """One dispute; NotFound for another bank's, NotAllowed for anybody but a bank's staff."""
    require(actor, Permission.CASE_VIEW)
    found = _visible_to(actor).filter(id=dispute_id).first()
    if found is None:
        raise NotFound(code="dispute_not_found")
    return found


def _visible_to(actor: Actor) -> QuerySet[Dispute]:
    match actor.organisation_kind:
        case OrganisationKind.FIRM:
            return Dispute.objects.filter(firm_id=str(actor.organisation_id))
        case OrganisationKind.BANK:
            return Dispute.objects.filter(bank_id=str(actor.organisation_id))
        case OrganisationKind.REGULATOR | OrganisationKind.OPERATOR | None:
            return Dispute.objects.none()
