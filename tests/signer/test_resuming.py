"""Letting a paused consent go on: the signed terms again, a proof, and back to the portal."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_for
from portal.consents.stop_consent import stop_consent
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor
from tests.personas import People, connected, new_uscc
from tests.signer.authenticator import Lies
from tests.signer.holders import Holder, person_with_passkey, person_with_phone
from tests.signer.test_signing_by_passkey import allow, asked, at_consent
from tests.signer.visiting import Browser, Signer

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def owner(signer: Signer) -> Holder:
    holder = person_with_passkey(signer)
    holder.actor = connected(holder.actor, uscc=new_uscc(), role="legal_representative")
    return holder


@pytest.fixture
def browser(owner: Holder) -> Browser:
    """One that the signer knows."""
    return owner.at_devices(by_passkey=True)


@pytest.fixture
def paused(owner: Holder, people: People, browser: Browser) -> UUID:
    request = asked(owner, people)
    allow(owner, at_consent(owner, request, browser))
    pause_consent(owner.actor, consent_id=request)
    return request


def state(owner: Holder, consent: UUID) -> ConsentState:
    return consent_for(owner.actor, consent).state


def use_passkey(owner: Holder, browser: Browser, lies: Lies | None = None) -> str:
    options = browser.ask(f"{browser.page.url}passkey/")
    return browser.press(passkey=owner.device.sign(options, lies or Lies())).text


def test_the_page_shows_what_was_signed(owner: Holder, paused: UUID, browser: Browser) -> None:
    page = browser.open(f"/consents/{paused}/resume/")
    assert page.headings[0] == "Let Lantern Demo Bank use your tax data again?"
    for words in (
        "Deciding on one loan application",
        "January 2024 to December 2025",
        "Uses left 1",
    ):
        assert words in page.text
    assert page.link_to(f"{settings.PORTAL_URL}/firm/consents/{paused}/")


def test_a_passkey_lets_it_go_on_and_leads_back_to_its_page(
    owner: Holder, paused: UUID, browser: Browser
) -> None:
    browser.open(f"/consents/{paused}/resume/")
    use_passkey(owner, browser)
    page = reverse("sme:consent_detail", args=[paused])
    assert browser.location == f"{settings.PORTAL_URL}{page}"
    assert state(owner, paused) is ConsentState.ACTIVE
    assert browser.open(f"/consents/{paused}/resume/").status == 409


def test_a_code_lets_it_go_on(owner: Holder, paused: UUID, browser: Browser) -> None:
    browser.open(f"/consents/{paused}/resume/")
    assert "not right" in browser.press(code=owner.phone.wrong_code()).text
    assert state(owner, paused) is ConsentState.PAUSED
    time.sleep(1.1)
    browser.press(code=owner.phone.next_code())
    assert state(owner, paused) is ConsentState.ACTIVE


def test_a_lying_passkey_and_a_challenge_of_the_consent_itself_do_not(
    owner: Holder, people: People, paused: UUID, browser: Browser
) -> None:
    other = asked(owner, people)
    at_consent(owner, other, browser)
    options = browser.ask(f"/consents/{other}/passkey/")
    browser.open(f"/consents/{paused}/resume/")
    browser.ask(f"/consents/{paused}/resume/passkey/")
    page = browser.press(passkey=owner.device.sign(options))
    assert "This passkey does not count here" in page.text
    assert state(owner, paused) is ConsentState.PAUSED


def test_a_challenge_lets_one_consent_go_on_and_no_other(
    owner: Holder, people: People, paused: UUID, browser: Browser
) -> None:
    other = asked(owner, people)
    allow(owner, at_consent(owner, other, browser))
    pause_consent(owner.actor, consent_id=other)
    browser.open(f"/consents/{other}/resume/")
    options = browser.ask(f"/consents/{other}/resume/passkey/")
    browser.open(f"/consents/{paused}/resume/")
    page = browser.press(passkey=owner.device.sign(options))
    assert "it was sent before" in page.text
    assert state(owner, paused) is ConsentState.PAUSED


def test_others_and_consents_in_another_state_are_refused(
    signer: Signer, owner: Holder, paused: UUID, browser: Browser
) -> None:
    stranger = person_with_phone(signer).at_devices()
    assert stranger.open(f"/consents/{paused}/resume/").status == 404
    assert browser.open(f"/consents/{uuid4()}/resume/").status == 404
    stop_consent(owner.actor, consent_id=paused)
    page = browser.open(f"/consents/{paused}/resume/")
    assert (page.status, page.headings[0]) == (409, "This consent is not paused")


def test_a_browser_the_signer_does_not_know_comes_back_by_way_of_the_portal(
    signer: Signer,
    owner: Holder,
    paused: UUID,
    browser_of: Callable[[str | Actor], Client],
) -> None:
    browser = signer.browser()
    browser.open(f"/consents/{paused}/resume/")
    way = urlsplit(browser.location)
    assert f"{way.scheme}://{way.netloc}" == settings.PORTAL_URL
    step = urlsplit(browser_of(owner.actor).get(f"{way.path}?{way.query}")["Location"])
    browser.open(step.path)
    browser.follow()
    owner.use_passkey(browser)
    assert browser.location == f"/consents/{paused}/resume/"
