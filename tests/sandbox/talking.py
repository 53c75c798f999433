"""The other parties of the protocol as the tests play them: signer, asking side, browser."""

from __future__ import annotations

import base64
import http.client
import json
import re
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import OKPKey

from portal.core.wire import (
    Claims,
    PagePlace,
    Typ,
    digest,
    new_session_key,
    open_page,
    public_jwk,
    sign,
    verify,
)
from tests.sandbox.authority import RETURN_TO, Authority

PASSWORD = "demo-password"


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    body: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.json["error"]

    @property
    def sent_back(self) -> dict[str, str]:
        """The members of the address that the browser is sent back to."""
        location = self.headers["Location"]
        assert location.startswith(f"{RETURN_TO}?"), location
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@dataclass
class Browser:
    """Keeps cookies; follows nothing by itself."""

    authority: Authority
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    def open(
        self, path: str, *, form: dict[str, str] | None = None, body: str | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.authority.port, timeout=60)
        headers = {"Accept-Language": self.language, "Host": "tax.localhost"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        found = Answer(answer.status, answer.headers, answer.read().decode())
        connection.close()
        return found

    def submit(self, path: str, page: Answer, **fields: str) -> Answer:
        """Send a page's form with its anti-forgery token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        assert token is not None, page.body
        return self.open(path, form={"csrfmiddlewaretoken": token[1], **fields})

    def sign_in(
        self, login: str, password: str = PASSWORD, *, uscc: str = "", **ask: str
    ) -> Answer:
        path = asking(**({"uscc": uscc} if uscc else {}) | ask)
        page = self.open(path)
        return self.submit(path, page, login=login, password=password, uscc=uscc)


def asking(**changes: str) -> str:
    """The address that the signer sends a browser to."""
    members = {
        "client_id": "taxbridge",
        "redirect_uri": RETURN_TO,
        "state": "state-0001",
        "nonce": "nonce-0001",
    }
    return f"/authorize?{urlencode(members | changes)}"


@dataclass
class Asker:
    """The signer and the intake worker of a portal, with their own keys."""

    authority: Authority
    session_key: OKPKey = field(default_factory=new_session_key)
    fetch: str = field(default_factory=lambda: str(uuid.uuid4()))

    def artefact(self, uscc: str, *, key: str = "signer/signing.pem", **changes: Any) -> str:
        """A consent of the firm's first signatory, unless ``changes`` say otherwise."""
        now = datetime.now(UTC)
        claims = {
            "v": 2,
            "typ": Typ.CONSENT.value,
            "id": str(uuid.uuid4()),
            "firm": {"id": str(uuid.uuid4()), "uscc": uscc, "name": "A firm"},
            "provider": "tax-authority-sandbox",
            "authority_person": self.authority.signatory(uscc),
            "categories": ["vat_invoices"],
            "months": last_months(24),
            "not_before": stamp(now - timedelta(minutes=1)),
            "expires_at": stamp(now + timedelta(days=1)),
            "fetch_type": "ONETIME",
            "frequency": {"unit": "once", "value": 1},
        }
        return sign(claims | changes, typ=Typ.CONSENT, key=self.authority.key(key))

    def confirmation(self, consent: str, *, person: str, key: str = "signer/signing.pem") -> str:
        """The signer's word that a person of the firm confirmed a consent."""
        claims = {"consent": consent, "pause": 1, "person": "here", "authority_person": person}
        return sign(claims, typ=Typ.RESUMPTION, key=self.authority.key(key))

    def request(self, artefact: str, *, key: str = "portal/client.pem", **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": "taxbridge",
            "aud": "tax-authority-sandbox",
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
            "artefact": artefact,
            "category": "vat_invoices",
            "fetch": self.fetch,
            **_months_in(artefact),
            "session_key": public_jwk(self.session_key),
        }
        return sign(claims | changes, typ=Typ.REQUEST, key=self.authority.key(key))

    def post(self, path: str, **members: str) -> Answer:
        return Browser(self.authority).open(path, body=json.dumps(members))

    def open_session(self, artefact: str, **changes: Any) -> Answer:
        """A session under a fresh key."""
        self.session_key = new_session_key()
        return self.post("/api/sessions", request=self.request(artefact, **changes))

    def manifest(self, answer: Answer) -> Claims:
        keys = self.authority.public_keys("authority.json")
        return verify(answer.json["manifest"], typ=Typ.MANIFEST, keys=keys)

    def page(self, session: str, number: int) -> Answer:
        return Browser(self.authority).open(f"/api/sessions/{session}/pages/{number}")

    def records(self, artefact: str, manifest: Claims) -> list[dict[str, Any]]:
        """Fetch, check against the manifest, and open every page."""
        found = []
        for number, expected in enumerate(manifest["pages"], start=1):
            token = self.page(manifest["session"], number).body
            assert digest(token) == expected
            place = PagePlace(manifest["session"], digest(artefact), number, len(manifest["pages"]))
            body = open_page(token, place=place, session_key=self.session_key)
            found += json.loads(body)["records"]
        return found

    def revoke(self, artefact: str, consent: str, *, key: str = "portal/client.pem") -> Answer:
        claims = {"consent": consent, "artefact_sha256": digest(artefact), "at": "now"}
        notice = sign(claims, typ=Typ.REVOCATION, key=self.authority.key(key))
        return self.post("/api/revocations", notice=notice)


def _months_in(artefact: str) -> dict[str, str]:
    """The consent's own months; the authority judges whether they are any."""
    payload = artefact.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return {f"{end}_month": claims["months"][end] for end in ("first", "last")}


def last_months(count: int) -> dict[str, str]:
    """The range of ``count`` months that ends with the last one that is over."""
    today = datetime.now(UTC) + timedelta(hours=8)
    end = today.year * 12 + today.month - 2
    first = end - count + 1
    return {
        "first": f"{first // 12}-{first % 12 + 1:02d}",
        "last": f"{end // 12}-{end % 12 + 1:02d}",
    }


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def uscc_of(authority: Authority, name: str) -> str:
    found = authority.rows("SELECT uscc FROM taxauthority_firm WHERE name LIKE %s", [f"% {name}"])
    return str(found[0][0])


@pytest.fixture(scope="module")
def firm(authority: Authority) -> str:
    """The USCC of a firm that its legal representative has connected."""
    Browser(authority).sign_in("sara")
    return uscc_of(authority, "1")


@pytest.fixture
def asker(authority: Authority) -> Asker:
    return Asker(authority)
