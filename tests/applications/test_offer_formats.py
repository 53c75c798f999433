"""Offers say each payment; those from before say an instalment, and stay what they were."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.applications.models import Offer
from portal.applications.offer_plan import OfferPlan
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.transitions import Status
from portal.products.annual_percentage import annual_percentage_of
from portal.products.repayment import cost
from portal.products.schedule import Method
from portal.products.terms import digest_of
from portal.web.letter_offer import offer_sections
from tests.applications.cases import SYSTEM, fresh, new_product, under_review
from tests.applications.offers import offered, one_offer, sign_for, tampered
from tests.personas import People
from tests.products.versions import in_force

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
NEW = ("method", "day_count", "payments", "penalty_rate_bp")


def as_of_old(offer: Offer) -> Offer:
    """The offer as it would have been written before format 2."""
    said: dict[str, Any] = {k: v for k, v in offer.document.items() if k not in NEW}
    amount, months = said["amount_fen"], said["term_months"]
    paid = cost(amount, annual_rate_bp=said["annual_rate_bp"], term_months=months)
    said |= {"format": 1, "monthly_fen": paid.monthly_fen, "interest_fen": paid.interest_fen}
    said["total_fen"] = paid.monthly_fen * months
    change = "SET document = %s, sha256 = %s WHERE id = %s"
    tampered("offer", change, json.dumps(said), digest_of(said), offer.id)
    return Offer.objects.get(id=offer.id)


@pytest.mark.parametrize("method", list(Method))
def test_every_payment_is_named_and_they_add_up(people: People, method: Method) -> None:
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product, method=method, penalty_markup_bp=3_000, fee_bp=50)
    said = offered(people.bo, under_review(people.sara, product)).document
    plan = OfferPlan.of(said)
    assert (plan.method, plan.count, said["day_count"]) == (method, said["term_months"], "30/360")
    assert sum(principal for principal, _ in plan.parts) == said["amount_fen"]
    paid = [sum(part) for part in plan.parts]
    assert sum(paid) == plan.total_fen == said["amount_fen"] + plan.interest_fen
    rate = annual_percentage_of(said["amount_fen"] - said["fees_fen"], paid)
    assert (said["nominal_bp"], said["effective_bp"]) == (rate.nominal_bp, rate.effective_bp)
    # 4.35 % and three tenths of it, half up.
    assert said["penalty_rate_bp"] == 566


def test_an_offer_of_before_is_read_and_accepted_as_it_was(people: People) -> None:
    offer = as_of_old(one_offer(people))
    plan = OfferPlan.of(offer.document)
    assert (plan.first_fen, plan.total_fen) == (
        offer.document["monthly_fen"],
        offer.document["total_fen"],
    )
    assert not plan.is_listed
    assert plan.penalty_rate_bp is None
    assert "a month, ¥" in str(offer_sections(offer.document)[0])
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    assert fresh(offer.application).status == Status.ACCEPTED
