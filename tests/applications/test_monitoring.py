"""Watching over a loan is allowed apart from the agreement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.applications.models import Offer
from portal.applications.monitoring import standing_monitoring
from portal.applications.transitions import Status
from portal.consents.signing import grant
from portal.core.errors import RuleBroken
from portal.products.schedule import due_date
from portal.servicing.ask_monitoring import ask_monitoring
from tests.applications.cases import fresh
from tests.applications.offers import agreed
from tests.gate.parties import EVIDENCE
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def allow(people: People, offer: Offer) -> None:
    asked = ask_monitoring(people.sara, application_id=offer.application_id)
    grant(asked, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")


def test_it_ends_with_the_last_payment_and_is_a_monitoring_consent(people: People) -> None:
    offer = agreed(people)
    allow(people, offer)
    (consent,) = standing_monitoring(offer.application_id)
    assert (consent.purpose, consent.application_id) == ("monitoring", None)
    last = due_date(timezone.localdate(), offer.document["term_months"])
    until = timezone.localdate() + min(last - timezone.localdate(), timedelta(days=365))
    assert abs(timezone.localdate(consent.expires_at) - until) <= timedelta(days=1)
    with pytest.raises(RuleBroken) as again:
        ask_monitoring(people.sara, application_id=offer.application_id)
    assert again.value.code == "monitoring_allowed"


def test_saying_no_changes_nothing_in_the_agreement(
    people: People, browser_of: Callable[[str], Client]
) -> None:
    offer = agreed(people)
    page = reverse("sme:application_detail", args=[offer.application_id])
    assert "changes nothing in the agreement" in browser_of("sara").get(page).content.decode()
    pressed = browser_of("sara").post(reverse("sme:monitoring_ask", args=[offer.application_id]))
    assert "/steps/" in pressed["Location"]
    assert fresh(offer.application).status == Status.AGREEMENT_SIGNED
    assert not standing_monitoring(offer.application_id)
    allow(people, offer)
    assert "You allow it." in browser_of("sara").get(page).content.decode()
