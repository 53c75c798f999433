"""People who hold a phone and passkeys, in a browser at the signer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.accounts.handover import Purpose
from portal.accounts.models import User
from portal.accounts.start_signer_visit import start_signer_visit
from portal.core.actor import Actor
from portal.sandbox.journey.pages import Page
from tests.personas import after_password, new_person
from tests.signer.authenticator import HONEST, Authenticator, Lies
from tests.signer.visiting import Browser, Phone, Signer, set_up_phone


@dataclass(slots=True)
class Holder:
    """Somebody with a phone; ``device`` is the computer whose browser they use."""

    signer: Signer
    actor: Actor
    phone: Phone
    device: Authenticator

    @property
    def email(self) -> str:
        return User.objects.get(id=self.actor.person_id).email

    def at_second_step(self) -> Browser:
        """A fresh browser after the password, on the page that asks for the second factor."""
        _, pending = after_password(self.email)
        browser = self.signer.browser()
        browser.open(f"/steps/{pending['step']}/code/")
        return browser

    def at_devices(self, *, by_passkey: bool = False) -> Browser:
        """A fresh browser on the page of one's devices, after a code or a passkey."""
        step = start_signer_visit(self.actor, purpose=Purpose.SECURITY, session_secret="secret")
        browser = self.signer.browser()
        browser.open(f"/steps/{step}/code/")
        if by_passkey:
            self.use_passkey(browser)
        else:
            browser.press(code=self.phone.next_code())
        assert browser.location.endswith("/devices/"), browser.page.text
        browser.follow()
        return browser

    def use_passkey(self, browser: Browser, lies: Lies = HONEST) -> Page:
        """Ask for a challenge and send what the device makes of it."""
        options = browser.ask(browser.page.url.replace("/code/", "/passkey/"))
        return browser.press(passkey=self.device.sign(options, lies))

    def set_up_passkey(self, browser: Browser, lies: Lies = HONEST, name: str = "laptop") -> Page:
        """From the page of devices: name a passkey, have the device make it, send it."""
        browser.open(f"{browser.page.url}passkey/")
        options = browser.ask(f"{browser.page.url}challenge/")
        return browser.press(name=name, passkey=self.device.make(options, lies))


def person_with_phone(signer: Signer) -> Holder:
    """A newcomer who has set up a phone and kept the recovery codes."""
    actor = new_person("nadia")
    _, pending = after_password(User.objects.get(id=actor.person_id).email)
    phone, _ = set_up_phone(signer.browser(), f"/steps/{pending['step']}/")
    return Holder(signer, actor, phone, signer.authenticator())


def person_with_passkey(signer: Signer) -> Holder:
    """The same, with a passkey on the computer."""
    holder = person_with_phone(signer)
    browser = holder.at_devices()
    holder.set_up_passkey(browser)
    assert browser.location.endswith("/devices/"), browser.page.text
    return holder


def passkey_ids(holder: Holder, browser: Browser) -> list[UUID]:
    """The ids behind the Remove links on the page of devices."""
    parts = browser.page.html.split("/devices/passkey/")[1:]
    return [UUID(part.split("/remove/")[0]) for part in parts if "/remove/" in part[:50]]
