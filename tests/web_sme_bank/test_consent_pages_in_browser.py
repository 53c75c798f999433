"""Pages about a consent's life in a real browser: asked for, cut, changed, paused, given back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.consents.pause_consent import pause_consent
from portal.consents.release_consent import release_consent
from portal.consents.signing import grant
from portal.consents.stop_consent import stop_consent
from tests.applications.cases import FIRST
from tests.browser.site import Watched
from tests.gate.parties import EVIDENCE
from tests.personas import People, new_uscc
from tests.use_cases.scenarios_consents import (
    bank_asks,
    live_outside_applications,
    none_waiting,
    request,
)
from tests.web_sme_bank.test_in_browser import Shot, look_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def shots(people: People) -> list[Shot]:
    """Every page that shows a consent in some state of its life, to its firm and its bank."""
    none_waiting(people)
    asked = bank_asks(people.bo, people, months=60, cut=True)
    paused, stopped, back = (live_outside_applications(people) for _ in range(3))
    pause_consent(people.sara, consent_id=paused)
    stop_consent(people.sara, consent_id=stopped, keeps_records=True)
    release_consent(people.bo, consent_id=back)
    new = changed(people)
    return [
        *_firm("consents", consent_detail=[paused, new, back], consent_receipt=[stopped, back]),
        Shot("sara", "request", reverse("sme:request_detail", args=[asked])),
        *_firm(
            "overview",
            consent_change=[new],
            consent_compare=[new],
            consent_stop=[new],
            consent_erase=[stopped],
        ),
        Shot("bo", "bank_consents", reverse("bank:consents")),
        Shot("bo", "bank_consent", reverse("bank:consent_detail", args=[new])),
        Shot("bo", "bank_consent_over", reverse("bank:consent_detail", args=[stopped])),
        Shot("bo", "bank_ask", reverse("bank:consent_ask")),
        Shot("bo", "bank_release", reverse("bank:consent_release", args=[new])),
        Shot("bo", "bank_receipts", reverse("bank:consent_receipts", args=[back])),
    ]


def changed(people: People) -> UUID:
    """A consent that took the place of a longer one."""
    old = live_outside_applications(people)
    new = request(people.sara, people, first=FIRST + 3, supersedes=old)
    return grant(new, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["sara", "bo"])
def test_pages_are_clean(
    opened: Callable[..., Watched], people: People, language: str, who: str
) -> None:
    pages = [shot for shot in shots(people) if shot.who == who]
    watched = opened(pages[0].path, who=who, language=language)
    for shot in pages:
        look_at(watched, shot, language)
    assert watched.complaints == []


def test_a_beyond_ceiling_request_is_told_its_limit(
    opened: Callable[..., Watched], people: People
) -> None:
    """Refused with the figures on the page, and asked again with the box ticked."""
    none_waiting(people)
    page = opened(reverse("bank:consent_ask"), who="bo", language="en").page
    page.get_by_label("Unified social credit code of the firm").fill(new_uscc())
    page.get_by_label("Deciding on one loan application").check()
    page.get_by_label("VAT invoices, sales and purchases").check()
    page.get_by_label("How many months of data").fill("36")
    page.get_by_label("For how many days you need it").fill("30")
    page.get_by_label("Why you ask, for the firm to read").fill("To watch over the loan.")
    page.get_by_role("button", name="Ask the firm").click()
    expect(page.get_by_role("main")).to_contain_text("36 months were asked for")
    page.get_by_label("If this is more than the purpose allows").check()
    page.get_by_role("button", name="Ask the firm").click()
    expect(page.get_by_role("main")).to_contain_text("Asked.")


def _firm(plain: str, **pages: list[UUID]) -> list[Shot]:
    named = [
        Shot("sara", f"{name}_{number}", reverse(f"sme:{name}", args=[consent]))
        for name, consents in pages.items()
        for number, consent in enumerate(consents)
    ]
    return [Shot("sara", plain, reverse(f"sme:{plain}")), *named]
