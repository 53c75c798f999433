"""The offer that an approval makes; a step of use cases, under the application's lock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import uuid4

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.models import Decision, LoanApplication, Offer
from portal.applications.offer_terms import OfferTerms
from portal.core.actor import Actor, SystemActor
from portal.products.models import ProductVersion
from portal.products.payments import DAY_COUNT, payments_of
from portal.products.terms import Terms, digest_of

OFFER_DAYS: Final = 14
# 1 said an instalment alone, and instalment times months as its total.
FORMAT: Final = 2


def make_offer(
    actor: Actor | SystemActor, application: LoanApplication, decision: Decision
) -> Offer:
    """Write down what the bank offers, with its cost, and say so on the ledger."""
    made_at = decision.decided_at
    offer = Offer(
        id=uuid4(),
        application=application,
        decision=decision,
        funding_id=application.funding_id,
        firm_id=application.firm_id,
        bank_id=application.bank_id,
        amount_fen=decision.amount_fen,
        made_at=made_at,
        valid_until=made_at + timedelta(days=OFFER_DAYS),
    )
    offer.document = document_of(offer, application, decision)
    offer.nominal_bp = offer.document["nominal_bp"]
    offer.effective_bp = offer.document["effective_bp"]
    offer.sha256 = digest_of(offer.document)
    offer.save(force_insert=True)
    record(
        EventKind.OFFER_MADE,
        actor=actor.ref,
        subject=application.ref,
        payload={
            "offer": str(offer.id),
            "offer_sha256": offer.sha256,
            "amount_fen": offer.amount_fen,
        },
    )
    return offer


def document_of(offer: Offer, application: LoanApplication, decision: Decision) -> dict[str, Any]:
    """All that is shown and accepted, as canonical JSON takes it."""
    terms = OfferTerms.thaw(cast("dict[str, Any]", decision.terms))
    version = ProductVersion.objects.get(sha256=decision.inputs["product"]["version_sha256"])
    product = application.product
    return {
        "format": FORMAT,
        "offer": str(offer.id),
        "application": str(application.id),
        "reference": application.reference,
        "firm": str(offer.firm_id),
        "bank": str(offer.bank_id),
        "product": {"id": str(product.id), "name": product.name, "name_zh": product.name_zh},
        "version_sha256": version.sha256,
        "made_at": _instant(offer.made_at),
        "valid_until": _instant(offer.valid_until),
        "conditions": list(terms.conditions),
        **_money(
            terms, Terms.of(version.document), term_months=cast("int", application.term_months)
        ),
    }


def _money(terms: OfferTerms, product: Terms, *, term_months: int) -> dict[str, Any]:
    fees_fen = product.fees_of(terms.amount_fen)
    paid = payments_of(
        terms.amount_fen,
        annual_rate_bp=terms.annual_rate_bp,
        term_months=term_months,
        method=product.method,
    )
    percentage = paid.percentage(terms.amount_fen - fees_fen)
    return {
        "amount_fen": terms.amount_fen,
        "term_months": term_months,
        "annual_rate_bp": terms.annual_rate_bp,
        "rate_type": product.rate_type.value,
        "fees_fen": fees_fen,
        "method": paid.method.value,
        "day_count": DAY_COUNT,
        "payments": [
            {"principal_fen": principal, "interest_fen": interest}
            for principal, interest in paid.parts
        ],
        "interest_fen": paid.interest_fen,
        "total_fen": paid.total_fen,
        "penalty_rate_bp": product.penalty_rate_bp(terms.annual_rate_bp),
        "nominal_bp": percentage.nominal_bp,
        "effective_bp": percentage.effective_bp,
        "cooling_off_days": product.cooling_off_days,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
