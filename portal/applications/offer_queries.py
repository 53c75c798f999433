"""What pages read of an offer, and of what may be offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.applications.bank_queries import BankCase
from portal.applications.cooling_off import free_until
from portal.applications.deciding import amount_of
from portal.applications.models import Acceptance, LoanApplication, Offer
from portal.applications.offer_plan import OfferPlan
from portal.applications.offer_terms import OfferTerms, suggested
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.products.queries import version_in_force
from portal.products.terms import Terms


@dataclass(frozen=True, slots=True)
class MadeOffer:
    """An offer as its bank sees it; ``terms`` is its document.

    ``free_until`` is until when the firm can go back on it, where it can.
    """

    terms: dict[str, Any]
    valid_until: datetime
    accepted_at: datetime | None
    free_until: datetime | None

    @property
    def plan(self) -> OfferPlan:
        """How it is paid back."""
        return OfferPlan.of(self.terms)


@dataclass(frozen=True, slots=True)
class Offerable:
    """What may be offered on a case: at most what was asked for, within the product's terms."""

    asked_fen: int
    product: Terms
    suggested: OfferTerms


def offer_for(actor: Actor, offer_id: UUID) -> Offer:
    """An offer on an application that the actor sees; NotFound for any other."""
    seen = LoanApplication.objects.visible_to(actor)
    offer = Offer.objects.filter(id=offer_id, application__in=seen).first()
    if offer is None:
        raise NotFound(code="offer_missing")
    return offer


def made_offer(case: BankCase) -> MadeOffer | None:
    """The offer on a case, whatever became of it."""
    made = Offer.objects.filter(application_id=case.application.id)
    offer = made.select_related("acceptance").first()
    if offer is None:
        return None
    acceptance: Acceptance | None = getattr(offer, "acceptance", None)
    has_days = offer.document["cooling_off_days"] > 0
    return MadeOffer(
        terms=offer.document,
        valid_until=offer.valid_until,
        accepted_at=acceptance.accepted_at if acceptance is not None else None,
        free_until=free_until(acceptance) if acceptance is not None and has_days else None,
    )


def offerable(case: BankCase) -> Offerable:
    """The bounds of an offer on a case, and what the policy's advice makes of it."""
    product = Terms.of(version_in_force(case.application.product_id).document)
    asked_fen = amount_of(case.application)
    answer = case.policy["answer"] if case.policy is not None else None
    return Offerable(asked_fen, product, suggested(asked_fen, product, answer))


def countersigned_in(funding_id: UUID) -> list[UUID]:
    """Applications of a request for money whose agreement the bank has signed; one at most."""
    signed = LoanApplication.objects.filter(
        funding_id=funding_id, offer__bank_signature__isnull=False
    )
    return list(signed.values_list("id", flat=True))


def accepted_offer(actor: Actor, application_id: UUID) -> Offer:
    """The accepted offer of an application; NotFound for another's, and while there is none."""
    seen = LoanApplication.objects.visible_to(actor)
    mine = Offer.objects.filter(application_id=application_id, application__in=seen)
    offer = mine.filter(acceptance__isnull=False).first()
    if offer is None:
        raise NotFound(code="offer_missing")
    return offer
