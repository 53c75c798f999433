"""What the firm's pages say of the consent behind an application that can't go on under it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_of
from portal.consents.signing import grant
from portal.consents.transitions import ConsentState
from portal.products.models import Product
from tests.applications.cases import consent_of as consent_id_of
from tests.applications.cases import consented, drafted, under_review
from tests.gate.parties import EVIDENCE
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def sara(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("sara")


def test_a_consent_to_too_little_is_told_and_replaced(
    sara: Client, people: People, product: Product
) -> None:
    draft = drafted(people.sara, product)
    narrow = consented(people.sara, draft, categories=["vat_returns"])
    check = reverse("sme:application_check", args=[draft.id])
    ask = reverse("sme:question_consent", args=[draft.id])
    assert "Too narrow" in sara.get(check).content.decode()
    assert sara.post(check).status_code == 422
    assert "does not cover what this product needs" in sara.get(ask).content.decode()
    request_id = UUID(sara.post(ask)["Location"].split("/consents/")[1].split("/")[0])
    grant(request_id, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")
    old = consent_of(narrow)
    assert old is not None
    assert (old.state, old.superseded_by) == (ConsentState.SUPERSEDED, request_id)
    assert "Send application" in sara.get(check).content.decode()


def test_a_paused_case_says_how_to_go_on(sara: Client, people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    pause_consent(people.sara, consent_id=consent_id_of(application))
    page = sara.get(reverse("sme:application_detail", args=[application.id])).content.decode()
    assert "Your consent is paused" in page
    assert "Give a new consent" not in page
    assert reverse("sme:consent_detail", args=[application.consent_id]) in page
