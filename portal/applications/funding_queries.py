"""What a firm's pages read of a wish for money: whom it was put to, and what the banks offer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from portal.applications.cooling_off import free_until
from portal.applications.models import Acceptance, FundingRequest, LoanApplication, Offer
from portal.applications.offer_plan import OfferPlan
from portal.applications.sealing import effective_status
from portal.applications.transitions import (
    AGREED,
    FOR_FIRM,
    SENDABLE,
    Display,
    Status,
)
from portal.consents.queries import live_consent_ids
from portal.core.actor import Actor
from portal.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class OfferView:
    """A bank's offer as it was made; ``terms`` is its document."""

    id: UUID
    terms: dict[str, Any]
    sha256: str
    effective_bp: int
    valid_until: datetime
    accepted_at: datetime | None
    free_until: datetime | None
    is_open: bool

    @property
    def plan(self) -> OfferPlan:
        """How it is paid back."""
        return OfferPlan.of(self.terms)

    @property
    def is_free(self) -> bool:
        """Whether the firm can still go back on having accepted it."""
        return self.free_until is not None and timezone.now() < self.free_until

    @classmethod
    def of(cls, offer: Offer, *, status: Status, is_taken: bool) -> Self:
        """``is_taken`` is whether one on the request was accepted: no other is open then."""
        accepted = _acceptance_of(offer)
        is_open = status is Status.OFFERED and not is_taken
        return cls(
            id=offer.id,
            terms=offer.document,
            sha256=offer.sha256,
            effective_bp=offer.effective_bp,
            valid_until=offer.valid_until,
            accepted_at=accepted.accepted_at if accepted else None,
            free_until=free_until(accepted) if accepted and status in AGREED else None,
            is_open=is_open and offer.valid_until > timezone.now(),
        )


@dataclass(frozen=True, slots=True)
class FundingEntry:
    """One bank's application of the request; ``offer`` while there is one that stands."""

    application: LoanApplication
    status: Status
    display: Display
    offer: OfferView | None

    @property
    def needs_sending(self) -> bool:
        """Whether the firm has still to send it, or to send it again."""
        return self.application.status in SENDABLE and not self.application.is_asked


@dataclass(frozen=True, slots=True)
class FundingPage:
    """All of one request; ``accepted`` is the entry whose offer the firm took."""

    funding: FundingRequest
    entries: tuple[FundingEntry, ...]

    @property
    def offers(self) -> list[FundingEntry]:
        """Entries with an offer, the lowest yearly cost first."""
        made = [entry for entry in self.entries if entry.offer is not None]
        return sorted(made, key=_cost_of)

    @property
    def accepted(self) -> FundingEntry | None:
        taken = (entry for entry in self.offers if entry.offer and entry.offer.accepted_at)
        return next(taken, None)

    @property
    def is_settled(self) -> bool:
        """Whether what was accepted has reached the application, and the others are closed."""
        return self.accepted is None or self.accepted.status in AGREED


def funding_for(actor: Actor, funding_id: UUID) -> FundingPage:
    """A request of the actor's firm, in three queries; NotFound for another's, and an empty one."""
    mine = LoanApplication.objects.visible_to(actor).filter(funding_id=funding_id)
    beside = ("funding", "bank", "product", "offer", "offer__acceptance")
    rows = list(mine.select_related(*beside).order_by("created_at", "id"))
    if not rows:
        raise NotFound(code="funding_not_found")
    live = live_consent_ids([row.consent_id for row in rows if row.consent_id is not None])
    is_taken = any(_accepted(row) for row in rows)
    entries = [_entry(row, is_live=row.consent_id in live, is_taken=is_taken) for row in rows]
    return FundingPage(funding=rows[0].funding, entries=tuple(entries))


def offer_of(actor: Actor, application_id: UUID) -> OfferView | None:
    """The offer that an application of the actor's firm has got, whatever became of it."""
    mine = LoanApplication.objects.visible_to(actor).filter(id=application_id)
    offers = Offer.objects.filter(application__in=mine).select_related("application", "acceptance")
    for offer in offers:
        is_taken = Acceptance.objects.filter(funding_id=offer.funding_id).exists()
        return OfferView.of(offer, status=Status(offer.application.status), is_taken=is_taken)
    return None


def took_an_offer(application: LoanApplication) -> bool:
    """Whether the firm accepted an offer on the same request, from whichever bank."""
    return Acceptance.objects.filter(funding_id=application.funding_id).exists()


def shared_among(funding_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the requests that were put to several banks, in one query. For the firm's eyes."""
    counted = LoanApplication.objects.filter(funding_id__in=funding_ids).values("funding_id")
    several = counted.annotate(banks=Count("id")).filter(banks__gt=1)
    return frozenset(several.values_list("funding_id", flat=True))


def _entry(application: LoanApplication, *, is_live: bool, is_taken: bool) -> FundingEntry:
    status = effective_status(application.status, is_live=is_live)
    made: Offer | None = getattr(application, "offer", None)
    stands = status in AGREED | {Status.OFFERED}
    view = OfferView.of(made, status=status, is_taken=is_taken) if made and stands else None
    return FundingEntry(
        application=application,
        status=status,
        display=FOR_FIRM[status],
        offer=view,
    )


def _acceptance_of(offer: Offer) -> Acceptance | None:
    return getattr(offer, "acceptance", None)


def _accepted(application: LoanApplication) -> bool:
    offer: Offer | None = getattr(application, "offer", None)
    return offer is not None and _acceptance_of(offer) is not None


def _cost_of(entry: FundingEntry) -> tuple[int, str]:
    return (entry.offer.effective_bp if entry.offer else 0, entry.application.reference)
