"""What pages read of an offer."""

from __future__ import annotations

from uuid import UUID

from portal.applications.models import LoanApplication, Offer
from portal.core.actor import Actor
from portal.core.errors import NotFound


def offer_for(actor: Actor, offer_id: UUID) -> Offer:
    """An offer on an application that the actor sees; NotFound for any other."""
    seen = LoanApplication.objects.visible_to(actor)
    offer = Offer.objects.filter(id=offer_id, application__in=seen).first()
    if offer is None:
        raise NotFound(code="offer_missing")
    return offer


def offer_on(application_id: UUID) -> Offer | None:
    """The offer on an application, with its acceptance; the caller has seen the application."""
    found = Offer.objects.filter(application_id=application_id).select_related("acceptance")
    return found.first()
