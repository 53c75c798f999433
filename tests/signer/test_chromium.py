"""Passkeys in a real browser, with Chromium's own authenticator, against the running signer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Page, expect

from portal.accounts.handover import Purpose
from portal.accounts.start_signer_visit import start_signer_visit
from portal.consents.passkey_proof import check_proof
from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_state
from portal.consents.transitions import ConsentState
from portal.signer.models import EnrolledKey
from tests.browser.site import Watched
from tests.personas import People, after_password, connected, new_uscc
from tests.signer.holders import Holder, person_with_phone
from tests.signer.test_signing_by_passkey import asked, granted
from tests.signer.visiting import Signer

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.browser,
    pytest.mark.usefixtures("keys"),
]
SCREEN_LOCK = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NOBODY_THERE = "net::ERR_CONNECTION_REFUSED"
NOT_FOUND_PAGE = "chrome-error://chromewebdata/"
SIGNED_IN = f"{settings.PORTAL_URL}/account/second-factor/return/?assertion=*"


def _is_not_found(frame: Frame) -> bool:
    """The browser's own page about it: a navigation of its own, which would cut off the next."""
    return frame.url == NOT_FOUND_PAGE


@dataclass
class Desk:
    """A person at a computer with a screen lock, whose browser is at the signer."""

    holder: Holder
    watched: Watched
    devices: CDPSession
    device: str

    @property
    def page(self) -> Page:
        return self.watched.page

    def arrive(self, path: str) -> None:
        self.page.goto(f"{self.holder.signer.origin}{path}")

    def at_second_step(self) -> None:
        _, pending = after_password(self.holder.email)
        self.arrive(f"/steps/{pending['step']}/")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def press_and_leave(self, name: str, to: str) -> None:
        """Press what ends the visit: the browser asks the portal, where nobody is, for this."""
        with self.page.expect_event("framenavigated", _is_not_found), self.page.expect_request(to):
            self.press(name)

    def at_devices(self) -> None:
        """On the page of one's devices, after a code."""
        visit = start_signer_visit(
            self.holder.actor, purpose=Purpose.SECURITY, session_secret="secret"
        )
        self.arrive(f"/steps/{visit}/")
        self.page.get_by_label("One-time code").fill(self.holder.phone.next_code())
        self.press("Continue")
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text("Passkeys, phone and recovery codes")

    def set_up_passkey(self, name: str = "Office computer") -> None:
        self.at_devices()
        self.page.get_by_role("link", name="Set up a passkey").click()
        self.page.get_by_label("A name for this passkey").fill(name)
        self.press("Set it up")
        expect(self.page.locator("dt", has_text=name)).to_be_visible()

    def unlocks(self, *, will: bool) -> None:
        """Whether the person gives fingerprint, face or screen lock when the device asks."""
        said = {"authenticatorId": self.device, "isUserVerified": will}
        self.devices.send("WebAuthn.setUserVerified", said)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def desk(signer: Signer, context: BrowserContext) -> Iterator[Desk]:
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": SCREEN_LOCK})
    portal = urlsplit(settings.PORTAL_URL).netloc
    watched = Watched(page, urlsplit(signer.origin).netloc, also=frozenset({portal}))
    yield Desk(person_with_phone(signer), watched, devices, made["authenticatorId"])
    # No portal runs here: that the browser is sent there is all that can be seen.
    assert [one for one in watched.complaints if NOBODY_THERE not in one] == []


@pytest.fixture
def request_id(desk: Desk, people: People) -> str:
    """A bank's request, answered on a desk that has a passkey."""
    desk.set_up_passkey()
    actor = connected(desk.holder.actor, uscc=new_uscc(), role="legal_representative")
    desk.holder.actor = actor
    return str(asked(desk.holder, people))


def test_a_passkey_is_set_up_and_signs_in(desk: Desk) -> None:
    desk.set_up_passkey()
    desk.at_second_step()
    desk.press_and_leave("Use my passkey", SIGNED_IN)


def test_allowing_and_resuming_need_one_press_and_no_code(desk: Desk, request_id: str) -> None:
    holder = desk.holder
    desk.arrive(f"/consents/{request_id}/")
    desk.press_and_leave(
        "Allow Lantern Demo Bank",
        f"{settings.PORTAL_URL}/firm/consents/return/?request={request_id}",
    )
    _, artefact = granted(UUID(request_id))
    key = EnrolledKey.objects.using("signer").get(person=holder.actor.person_id)
    check_proof(
        artefact,
        public_key=bytes(key.public_key),
        origin=holder.signer.origin,
        host="sign.localhost",
    )
    pause_consent(holder.actor, consent_id=UUID(request_id))
    desk.arrive(f"/consents/{request_id}/resume/")
    desk.press_and_leave("Resume", f"{settings.PORTAL_URL}/firm/consents/{request_id}/")
    assert consent_state(UUID(request_id)) is ConsentState.ACTIVE


def test_a_code_typed_on_the_consent_page_goes_before_the_passkey(
    desk: Desk, request_id: str
) -> None:
    desk.arrive(f"/consents/{request_id}/")
    desk.page.get_by_label("One-time code").fill(desk.holder.phone.next_code())
    desk.press_and_leave(
        "Allow Lantern Demo Bank",
        f"{settings.PORTAL_URL}/firm/consents/return/?request={request_id}",
    )
    _, artefact = granted(UUID(request_id))
    assert (artefact.evidence.method, artefact.evidence.proof) == ("totp", None)


def test_who_does_not_unlock_the_device_is_told_and_nothing_is_sent(desk: Desk) -> None:
    desk.set_up_passkey()
    desk.unlocks(will=False)
    desk.at_second_step()
    shown = desk.page.url
    desk.press("Use my passkey")
    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text("Your passkey was not used")
    expect(alert).to_be_focused()
    assert desk.page.url == shown
    desk.unlocks(will=True)
    desk.press_and_leave("Use my passkey", SIGNED_IN)


def test_a_passkey_without_a_name_is_asked_for_one_by_the_page(desk: Desk) -> None:
    desk.at_devices()
    desk.page.get_by_role("link", name="Set up a passkey").click()
    desk.press("Set it up")
    expect(desk.page.get_by_role("alert")).to_contain_text("Give the passkey a name.")
    assert desk.page.title().startswith("Error: ")


def test_without_script_the_code_is_the_way(desk: Desk, chromium: Browser) -> None:
    desk.set_up_passkey()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    _, pending = after_password(desk.holder.email)
    page.goto(f"{desk.holder.signer.origin}/steps/{pending['step']}/")
    expect(page.get_by_role("button", name="Use my passkey")).to_be_hidden()
    page.get_by_label("One-time code").fill(desk.holder.phone.next_code())
    with page.expect_request(SIGNED_IN):
        page.get_by_role("button", name="Continue").click()
    context.close()
