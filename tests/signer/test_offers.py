"""Accepting an offer at the signer: the whole of it shown, a proof, a signature, and back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_decode
from fido2.webauthn import CollectedClientData

from portal.accounts.handover import OFFER_RETURN
from portal.applications.acceptances import verified_acceptance
from portal.applications.models import Acceptance, Offer
from portal.applications.transitions import Status
from portal.applications.withdraw_application import withdraw_application
from portal.consents.passkey_proof import challenge_over
from portal.core.actor import Actor
from portal.core.wire import load_public_keys
from tests.applications.cases import fresh, new_product, under_review
from tests.applications.offers import offered, shown, sign_for
from tests.personas import People, connected, new_uscc
from tests.signer.authenticator import PRESENT, Lies
from tests.signer.holders import Holder, person_with_passkey, person_with_phone
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


def an_offer(owner: Holder, people: People) -> Offer:
    product = new_product(people.bo.organisation_id)
    return offered(people.bo, under_review(owner.actor, product))


def use_passkey(owner: Holder, browser: Browser, lies: Lies | None = None) -> str:
    options = browser.ask(f"{browser.page.url}passkey/")
    return browser.press(passkey=owner.device.sign(options, lies or Lies())).text


def test_the_page_says_all_that_is_accepted(
    owner: Holder, people: People, browser: Browser
) -> None:
    offer = an_offer(owner, people)
    page = browser.open(f"/offers/{offer.id}/")
    assert page.headings[0] == "Accept the offer of Lantern Demo Bank?"
    said = offer.document
    for words in (
        said["product"]["name"],
        said["reference"],
        "Amount ¥500,000",
        "Term 12 months",
        "4.35%, fixed over the whole term",
        "Fees None",
        "4.35% simple, 4.44% with compound interest",
        f"¥{said['total_fen'] / 100:,.2f} in all",
        "You cannot withdraw after accepting.",
        "other applications of this request are closed",
    ):
        assert words in page.text


def test_a_passkey_signs_this_offer_and_it_is_carried_out_on_the_way_back(
    owner: Holder, people: People, browser: Browser, browser_of: Callable[[str | Actor], Client]
) -> None:
    offer = an_offer(owner, people)
    browser.open(f"/offers/{offer.id}/")
    words = use_passkey(owner, browser)
    assert browser.location == f"{settings.PORTAL_URL}{OFFER_RETURN}?offer={offer.id}", words
    acceptance = Acceptance.objects.get(offer=offer)
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    evidence = verified_acceptance(acceptance.jws, keys=keys).evidence
    assert (evidence.method, evidence.terms_digest) == ("passkey", shown(offer))
    assert evidence.proof is not None
    answered = CollectedClientData(websafe_decode(evidence.proof.client_data)).challenge
    assert answered == challenge_over(
        request_id=offer.id, terms_digest=shown(offer), step_digest=evidence.step_digest
    )
    assert fresh(offer.application).status == Status.OFFERED
    portal = browser_of(owner.actor)
    assert portal.get(OFFER_RETURN, {"offer": str(offer.id)}).status_code == 302
    assert fresh(offer.application).status == Status.ACCEPTED
    page = browser.open(f"/offers/{offer.id}/")
    assert (page.status, page.headings[0]) == (409, "This offer is accepted already")


def test_a_code_signs_only_what_was_shown(owner: Holder, people: People, browser: Browser) -> None:
    offer = an_offer(owner, people)
    browser.open(f"/offers/{offer.id}/")
    text = browser.press(code=owner.phone.next_code(), shown="0" * 64).text
    assert "This is not the offer that the page showed" in text
    assert not Acceptance.objects.filter(offer=offer).exists()
    browser.open(f"/offers/{offer.id}/")
    browser.press(code=owner.phone.next_code())
    assert Acceptance.objects.get(offer=offer).method == "totp"


def test_a_lie_and_a_signature_for_another_offer_accept_nothing(
    owner: Holder, people: People, browser: Browser
) -> None:
    offer, other = an_offer(owner, people), an_offer(owner, people)
    browser.open(f"/offers/{offer.id}/")
    for lies in (Lies(is_altered=True), Lies(flags=PRESENT), Lies(challenge=b"c" * 32)):
        use_passkey(owner, browser, lies)
        assert browser.page.status == 200
    options = browser.ask(f"/offers/{offer.id}/passkey/")
    browser.open(f"/offers/{other.id}/")
    browser.press(passkey=owner.device.sign(options))
    assert not Acceptance.objects.filter(offer__in=[offer, other]).exists()


def test_others_and_offers_that_wait_no_more_are_refused(
    signer: Signer, owner: Holder, people: People, browser: Browser
) -> None:
    offer, taken = an_offer(owner, people), an_offer(owner, people)
    stranger = person_with_phone(signer).at_devices()
    for path in (f"/offers/{offer.id}/", f"/offers/{uuid4()}/"):
        assert stranger.open(path).status == 404
    sign_for(owner.actor, taken)
    assert browser.open(f"/offers/{taken.id}/").headings[0] == "This offer is accepted already"
    withdraw_application(owner.actor, application_id=offer.application_id)
    page = browser.open(f"/offers/{offer.id}/")
    assert (page.status, page.headings[0]) == (409, "This offer no longer stands")


def test_a_browser_the_signer_does_not_know_comes_by_way_of_the_portal(
    signer: Signer, owner: Holder, people: People, browser_of: Callable[[str | Actor], Client]
) -> None:
    offer, portal, browser = an_offer(owner, people), browser_of(owner.actor), signer.browser()
    browser.open(f"/offers/{offer.id}/")
    way = urlsplit(browser.location)
    assert f"{way.scheme}://{way.netloc}" == settings.PORTAL_URL
    account = reverse("sme:offer_account", args=[offer.id])
    assert portal.post(reverse("sme:offer_accept", args=[offer.id]))["Location"] == account
    pressed = portal.post(account, {"rail": "bank_transfer", "account": "6222 0000 1111 2222"})
    for answer in (portal.get(f"{way.path}?{way.query}"), pressed):
        browser = signer.browser()
        browser.open(urlsplit(answer["Location"]).path)
        browser.follow()
        owner.use_passkey(browser)
        assert browser.location == f"/offers/{offer.id}/"


def test_another_firms_offer_is_not_there(
    owner: Holder, people: People, browser_of: Callable[[str | Actor], Client]
) -> None:
    offer = an_offer(owner, people)
    mallory, sam = browser_of("mallory"), browser_of("sam")
    accept = reverse("sme:offer_accept", args=[offer.id])
    assert mallory.post(accept).status_code == 404
    assert sam.post(accept).status_code == 403
    assert mallory.get(OFFER_RETURN, {"offer": str(offer.id)}).status_code == 404
