"""A visitor's browser at the signer, and a phone with an authenticator app."""

from __future__ import annotations

import http.client
import json
import time
from base64 import b32decode
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import F
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.sandbox.journey.pages import Page, read_page
from tests.signer.authenticator import Authenticator

HOST = "sign.localhost"
STEP_SECONDS = 30


@dataclass(slots=True)
class Phone:
    """Shows codes for one secret; ``next_code`` never gives a code twice. ``ahead`` is how many
    steps have passed for this phone that have not passed for anybody else."""

    secret: bytes
    last: int = 0
    ahead: int = 0

    @property
    def now(self) -> int:
        """The number of the step in which this phone lives."""
        return int(time.time()) // STEP_SECONDS + self.ahead

    def next_code(self) -> str:
        """The code shown now, or the next one if this one was given out."""
        step = max(self.now, self.last + 1)
        if step > self.now + 1:
            self.let_a_step_pass()
        self.last = step
        return self.code_at(step)

    def let_a_step_pass(self) -> None:
        """Half a minute without the wait: the time from which both sides count goes back a step
        (at the signer only while it knows this phone)."""
        known = TOTPDevice.objects.using("owner").filter(key=self.secret.hex())
        known.update(t0=F("t0") - STEP_SECONDS)
        self.ahead += 1

    def wrong_code(self) -> str:
        """A code that no step around now has."""
        near = {self.code_at(step) for step in range(self.now - 3, self.now + 4)}
        return next(code for code in (f"{n:06d}" for n in range(20)) if code not in near)

    def code_at(self, step: int) -> str:
        """The code of one 30-second step."""
        totp = TOTP(self.secret)
        totp.time = step * STEP_SECONDS
        return f"{totp.token():06d}"


@dataclass(frozen=True, slots=True)
class Signer:
    """Where the signer under test listens."""

    port: int

    @property
    def origin(self) -> str:
        """What a browser's address bar says."""
        return f"http://{HOST}:{self.port}"

    def browser(self) -> Browser:
        """A fresh browser without cookies."""
        return Browser(self.port)

    def authenticator(self) -> Authenticator:
        """A fresh computer that makes passkeys, with its browser at this signer."""
        return Authenticator(self.origin, HOST)


@dataclass(slots=True)
class Browser:
    """Keeps cookies, doesn't follow redirects: each answer can be looked at."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    page: Page = field(default_factory=lambda: Page("", 0, ""))
    headers: dict[str, str] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        """GET."""
        return self._request("GET", path, "")

    def follow(self) -> Page:
        """GET where the last answer redirected to, on this origin."""
        target = urlsplit(self.location)
        return self.open(f"{target.path}?{target.query}" if target.query else target.path)

    def press(self, *, button: str = "", **fields: str) -> Page:
        """Send the page's main form with these fields, by the button of that value."""
        form = next(f for f in reversed(self.page.forms) if f.method == "post")
        data = {name: values[0] for name, values in form.values.items() if name and values}
        data |= {name: value for name, value, _ in form.buttons if name and value == button}
        return self._request("POST", form.action or self.page.url, urlencode({**data, **fields}))

    def ask(self, path: str) -> dict[str, Any]:
        """What static/passkey.js does first: ask for a challenge, with the form's token."""
        token = next(f for f in self.page.forms if "csrfmiddlewaretoken" in f.values).values
        shown = self.page
        answer = self._request("POST", path, "", {"X-CSRFToken": token["csrfmiddlewaretoken"][0]})
        self.page = shown if answer.status == http.HTTPStatus.OK else answer
        return json.loads(answer.html) if answer.status == http.HTTPStatus.OK else {}

    @property
    def location(self) -> str:
        """Where the last answer redirects to."""
        return self.headers.get("location", "")

    def _request(
        self, method: str, path: str, body: str, more: dict[str, str] | None = None
    ) -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Host": f"{HOST}:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **(more or {}),
        }
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            self.headers = {name.lower(): value for name, value in answer.headers.items()}
            html = answer.read().decode()
        finally:
            connection.close()
        self.page = read_page(path, answer.status, html)
        return self.page


def set_up_phone(browser: Browser, step_path: str) -> tuple[Phone, list[str]]:
    """A newcomer's way: secret, first code, recovery codes kept. Ends where the step leads."""
    browser.open(step_path)
    assert browser.location, browser.page.text
    browser.follow()
    assert "/phone/" in browser.page.url
    phone = Phone(secret_on(browser.page))
    browser.press(code=phone.next_code())
    assert browser.location.endswith("/recovery-codes/"), browser.page.text
    browser.follow()
    codes = codes_on(browser.page)
    browser.press()
    return phone, codes


def secret_on(page: Page) -> bytes:
    """The secret that the set-up page shows as text."""
    shown = page.html.split('<code class="hash">')[1].split("</code>")[0]
    return b32decode(shown.replace(" ", ""))


def codes_on(page: Page) -> list[str]:
    """The recovery codes that the page shows."""
    return [part.split("</code>")[0] for part in page.html.split("<li><code>")[1:]]
