"""The agreement as a file: the same for both sides, with what was signed inside; nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.format.canonical import encode
from portal.applications.agreement_queries import agreement_for
from portal.applications.disbursement import agreement_document
from portal.applications.models import BankSignature, Offer
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.transitions import Status
from portal.applications.withdraw_application import withdraw_application
from portal.core.errors import RuleBroken
from portal.core.press.setting import words_json
from portal.web.agreement_sheet import agreement_words
from tests.applications.cases import SYSTEM, fresh, new_product, under_review
from tests.applications.offers import PLACE, agreed, offered, sign_for, tampered
from tests.consents.test_printed_receipts import inflated
from tests.personas import People
from tests.products.versions import in_force

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]


def test_both_sides_get_it_with_the_statements_inside(
    people: People, browser_of: BrowserOf
) -> None:
    offer = agreed(people)
    files = []
    for who, name in (("sara", "sme:agreement_file"), ("bo", "bank:agreement_file")):
        answer = browser_of(who).get(reverse(name, args=[offer.application_id]))
        assert answer["Content-Type"] == "application/pdf"
        files.append(answer.content)
    assert files[0] == files[1]
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", files[0], re.DOTALL)
    inside = [inflated(stream) for stream in streams]
    acceptance, signature = offer.acceptance, BankSignature.objects.get(offer=offer)
    assert acceptance.jws.encode() in inside
    assert signature.jws.encode() in inside
    assert encode(agreement_document(offer.document, PLACE)) in inside


def test_it_says_parties_terms_account_and_who_signed_how(people: People) -> None:
    offer = agreed(people)
    words = agreement_words(agreement_for(people.sara, offer.application_id))
    assert [part["language"] for part in words["parts"]] == ["en", "zh-hans"]
    text = words_json(words)
    for said in (offer.document["reference"], PLACE.account, "Sara Demo", "Bo Demo", "30/360"):
        assert text.count(said) >= 2, said
    assert "one-time code" in text
    assert len(words["parts"][0]["payments"]) == offer.document["term_months"] + 1


def test_it_is_nobody_elses(people: People, browser_of: BrowserOf) -> None:
    offer = agreed(people)
    for who, name in (("mallory", "sme:agreement_file"), ("ben", "bank:agreement_file")):
        page = reverse(name, args=[offer.application_id])
        assert browser_of(who).get(page).status_code == 404, who


@pytest.fixture
def free_for_a_week(people: People) -> Offer:
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product, cooling_off_days=7)
    offer = offered(people.bo, under_review(people.sara, product))
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    return offer


def accepted_ago(offer: Offer, ago: timedelta) -> None:
    at = timezone.now() - ago
    with_offer = "SET accepted_at = %s WHERE offer_id = %s"
    tampered("acceptance", with_offer, at.isoformat(), offer.id)


def test_a_second_before_the_days_are_over_the_firm_may_go_back(
    people: People, free_for_a_week: Offer
) -> None:
    accepted_ago(free_for_a_week, timedelta(days=7, seconds=-5))
    withdraw_application(people.sara, application_id=free_for_a_week.application_id)
    assert fresh(free_for_a_week.application).status == Status.WITHDRAWN


def test_at_the_very_end_it_may_not(people: People, free_for_a_week: Offer) -> None:
    accepted_ago(free_for_a_week, timedelta(days=7))
    with pytest.raises(RuleBroken, match="time to go back") as refused:
        withdraw_application(people.sara, application_id=free_for_a_week.application_id)
    assert refused.value.code == "cooling_off_over"
