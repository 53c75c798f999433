"""How an offer ends: it runs out, or the firm goes back on it in time; the bank is told."""

from __future__ import annotations

import pytest

from portal.applications.expire_offers import expire_offers
from portal.applications.models import Offer
from portal.applications.remind_of_offers import remind_of_offers
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.settle_agreement import settle_agreement
from portal.applications.transitions import Status
from portal.applications.withdraw_application import withdraw_application
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from tests.applications.cases import SYSTEM, events_of, fresh, new_product, under_review
from tests.applications.offers import (
    accepted,
    bank_signs,
    days_go_by,
    offered,
    one_offer,
    sign_for,
    two_offers,
)
from tests.personas import People
from tests.products.versions import in_force

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def free_for_a_week(people: People) -> Offer:
    """Accepted, with seven days to change one's mind."""
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product, cooling_off_days=7)
    offer = offered(people.bo, under_review(people.sara, product))
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    return offer


def told(offer: Offer, message: str) -> list[str]:
    """Who is sent this message about the offer's application, as often as it is sent."""
    about = {"message": message, "values__application": str(offer.application_id)}
    found = {f"payload__{name}": value for name, value in about.items()}
    return [row.subject for row in JobRow.objects.filter(name=Job.SEND_MESSAGE, **found)]


def test_the_firm_goes_back_within_its_days_also_on_a_signed_agreement(
    people: People, free_for_a_week: Offer
) -> None:
    offer = free_for_a_week
    bank_signs(people.bo, offer)
    assert settle_agreement(SYSTEM, application_id=offer.application_id)
    days_go_by(offer, 6)
    withdraw_application(people.sara, application_id=offer.application_id)
    assert fresh(offer.application).status == Status.WITHDRAWN
    assert people.bo.ref in told(offer, "application_withdrawn")


def test_but_not_later_and_not_without_such_days(people: People, free_for_a_week: Offer) -> None:
    days_go_by(free_for_a_week, 7)
    for offer in (free_for_a_week, accepted(people)):
        with pytest.raises(RuleBroken) as refused:
            withdraw_application(people.sara, application_id=offer.application_id)
        assert refused.value.code == "cooling_off_over"
        assert fresh(offer.application).status == Status.ACCEPTED


def test_an_offer_runs_out_once_and_both_sides_are_told(people: People) -> None:
    offer = one_offer(people)
    expire_offers(SYSTEM)
    assert fresh(offer.application).status == Status.OFFERED
    days_go_by(offer, 14)
    expire_offers(SYSTEM)
    expire_offers(SYSTEM)
    assert fresh(offer.application).status == Status.EXPIRED
    assert events_of(offer.application).count("offer.expired") == 1
    assert people.sara.ref in told(offer, "offer_expired")
    assert people.bo.ref in told(offer, "offer_not_taken")


def test_the_firm_is_reminded_once_in_the_last_days(people: People) -> None:
    offer, signed = one_offer(people), one_offer(people)
    remind_of_offers(SYSTEM)
    assert not told(offer, "offer_ends_soon")
    sign_for(people.sara, signed)
    days_go_by(offer, 12)
    days_go_by(signed, 12)
    for _ in range(2):
        remind_of_offers(SYSTEM)
    assert told(offer, "offer_ends_soon") == [people.sara.ref]
    assert not told(signed, "offer_ends_soon")


def test_one_signed_in_time_does_not_run_out(people: People) -> None:
    offer = one_offer(people)
    sign_for(people.sara, offer)
    days_go_by(offer, 15)
    expire_offers(SYSTEM)
    assert fresh(offer.application).status == Status.OFFERED
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    assert fresh(offer.application).status == Status.ACCEPTED


def test_each_bank_is_told_of_its_own_case_alone(people: People) -> None:
    ours, other = two_offers(people)
    sign_for(people.sara, ours)
    settle_acceptance(SYSTEM, funding_id=ours.funding_id)
    assert people.bo.ref in told(ours, "offer_taken")
    theirs = told(other, "application_withdrawn")
    assert people.ben.ref in theirs
    assert not {people.bo.ref, people.boss.ref} & set(theirs)
    assert people.ben.ref not in told(ours, "offer_taken")
    assert people.sara.ref in told(ours, "offer_accepted")
