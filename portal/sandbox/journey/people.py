"""People of a journey: their browser, their phone, their mailbox."""

from __future__ import annotations

import email
import email.policy
import re
import time
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django_otp.oath import TOTP

from portal.sandbox.journey.browser import Browser, Unexpected
from portal.sandbox.journey.pages import Page

STEP = 30
PAUSE = 1.5  # after a code that did not count, the signer takes none for a second
_SECRET = re.compile(r"(?:\b[A-Z2-7]{4}\b[ \n]*){8}")


@dataclass(slots=True)
class Person:
    """Somebody with an address, a password and, once set up, a phone that shows codes."""

    name: str
    email: str
    password: str
    secret: bytes = b""
    browser: Browser = field(default_factory=Browser)
    last_step: int = 0
    clock: Callable[[], float] = time.time

    def code(self) -> str:
        """A code never shown before: of this half-minute, or of the next, as clocks may differ."""
        now = int(self.clock()) // STEP
        if self.last_step > now:
            time.sleep((self.last_step - now) * STEP - self.clock() % STEP + 1)
            now = int(self.clock()) // STEP
        self.last_step = max(now, self.last_step + 1)
        totp = TOTP(self.secret)
        totp.time = self.last_step * STEP
        return f"{totp.token():06d}"

    def give_code(self, **more: str) -> Page:
        """Type a code where one is asked for; again with the next ones if it was used before.

        Whoever used this phone last may have used the code of the next half-minute, too.
        """
        press = more.pop("press", "")
        page = self.browser.submit({"code": self.code(), **more}, press=press)
        for _ in range(2):
            if page.status != 200 or not any("code" in form.values for form in page.forms):
                break
            time.sleep(PAUSE)
            page = self.browser.submit({"code": self.code(), **more}, press=press)
        return page

    def take_phone(self, page: Page) -> None:
        """Read the secret that the enrolment page shows beside its QR code."""
        found = _SECRET.search(page.text)
        if found is None:
            raise Unexpected(f"{page.url} shows no secret: {page.text[:400]}")
        self.secret = b32decode("".join(found[0].split()))


def mailed_link(folder: Path, *, to: str, part: str, patience: float = 30) -> str:
    """The newest link containing ``part`` in the mails to an address; waits for the worker."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        for file in sorted(folder.glob("*.log"), key=lambda path: -path.stat().st_mtime):
            for text in _mails(file, to):
                links = [found for found in re.findall(r"https?://\S+", text) if part in found]
                if links:
                    return str(links[0])
        time.sleep(0.3)
    raise Unexpected(f"no mail to {to} with {part} in {folder} after {patience:.0f} s")


def _mails(file: Path, to: str) -> list[str]:
    """The bodies of one file's mails to an address."""
    parts = re.split(rb"(?m)^-{79}$", file.read_bytes())
    found = []
    for part in parts:
        mail = email.message_from_bytes(part.strip() + b"\n", policy=email.policy.default)
        if to in str(mail.get("To", "")):
            body = mail.get_body(("plain",))
            found.append(body.get_content() if body else "")
    return found
