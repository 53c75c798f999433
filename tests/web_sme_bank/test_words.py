"""Sentences that are true only in some states of a case are said only there."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.applications.withdraw_application import withdraw_application
from portal.consents.stop_consent import stop_consent
from portal.core.errors import NotFound
from portal.products.models import Product
from portal.products.queries import product_for
from portal.taxdata.models import TaxImport
from portal.web.formats import month_text
from tests.applications.cases import LAST, consent_of, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]
NO_SCORE = "The bank has your case all the same"
OTHER_DOCUMENTS = "offer the bank other documents"
WITHDRAW = "withdraw this application and send a new one"


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args), follow=True).content.decode()


def test_only_a_case_before_the_bank_is_with_the_bank(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    sara, application = browser_of("sara"), under_review(people.sara, product, months=3)
    TaxImport.objects.using("intake").filter(consent_id=consent_of(application)).update(records=0)
    told = page(sara, "sme:application_detail", application.id)
    assert all(words in told for words in (NO_SCORE, OTHER_DOCUMENTS, WITHDRAW))
    stop_consent(people.sara, consent_id=consent_of(application))
    stopped = page(sara, "sme:application_detail", application.id)
    assert WITHDRAW in stopped
    assert NO_SCORE not in stopped
    assert OTHER_DOCUMENTS not in stopped
    withdraw_application(people.sara, application_id=application.id)
    over = page(sara, "sme:application_detail", application.id)
    assert "There was not enough data for a score." in over
    assert not any(words in over for words in (NO_SCORE, OTHER_DOCUMENTS, WITHDRAW))


def test_a_use_says_what_for_and_a_score_its_months_in_words(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    sara, application = browser_of("sara"), under_review(people.sara, product)
    uses = page(sara, "sme:consent_detail", application.consent_id)
    assert "Use 1: for computing a score" in uses
    score = page(sara, "sme:score")
    assert f'<th scope="row">{month_text(LAST)}</th>' in score
    assert f">{LAST}<" not in score


def test_an_officer_who_comes_too_late_is_told(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    bo, application = browser_of("bo"), under_review(people.sara, product)
    withdraw_application(people.sara, application_id=application.id)
    assert "The case has moved on" in page(bo, "bank:case_decide", application.id)


def test_a_missing_product_is_told_in_the_readers_language() -> None:
    with translation.override("zh-hans"), pytest.raises(NotFound) as refused:
        product_for(uuid4())
    assert refused.value.message == "没有这款产品。"
