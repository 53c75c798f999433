"""What a tax authority's adapter has to do, and the adapter for authorities that speak our wire.

A real authority's adapter is another class with these four methods; everything that is checked
about its answers is checked by the caller (`portal.taxdata.package`), not here.
`tests/taxdata/contract` holds what every adapter has to pass.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from joserfc.jwk import OKPKey

from portal.core.errors import Refused
from portal.core.months import Month
from portal.core.wire import SigningKey, Typ, public_jwk, sign

ISSUER = "taxbridge"
REQUEST_SECONDS = 120
TIMEOUT_SECONDS = 30.0
LONGEST_ANSWER_TIMEOUTS = 4
ANSWER_LIMIT = 32 * 1024 * 1024
CLOCK_SKEW = "clock_skew"  # somebody sets a clock right, and the same request is good
_PIECE = 64 * 1024


class Unreachable(Exception):
    """No usable answer: down, too slow, or failing by itself. Asking again later may help."""

    def __init__(self, message: str, *, code: str = "authority_unreachable") -> None:
        super().__init__(message)
        self.code = code


class AuthorityRefused(Refused):
    """The authority's own no; ``code`` is its word, ``message`` its sentence.

    ``cause`` is why the months have no record, where it says so.
    """

    code = "authority_refused"

    def __init__(self, message: str = "", *, code: str | None = None, cause: str = "") -> None:
        super().__init__(message, code=code)
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One category's months under a signed artefact, to be sealed to the session's key.

    ``fetch_id`` stays the same when an interrupted fetch goes on with another session.
    ``confirmation`` is the signed resumption by which a new legal representative confirmed the
    consent; "" when nobody had to.
    """

    artefact: str
    category: str
    fetch_id: str
    first_month: Month
    last_month: Month
    session_key: OKPKey
    confirmation: str = ""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The authority's answer to a request: an id, and a signed list of what will be served."""

    id: str
    manifest: str


class Connector(Protocol):
    """A tax authority, as the fetch sees it.

    Every method may raise Unreachable or AuthorityRefused.
    """

    def open_session(self, request: Request) -> OpenedSession:
        """Ask for records; the answer's manifest is signed and says what will be served."""

    def page(self, session: str, number: int) -> str:
        """One sealed page, from 1."""

    def revoke(self, *, consent: str, artefact_sha256: str, at: str) -> str:
        """Say that a consent is over; returns the signed acknowledgement."""

    def ended_mandates(self, *, request_id: str, after: int) -> str:
        """The signed list of mandates that ended, from the line after ``after``."""


class HttpConnector:
    """The wire of docs/wire.md over HTTP, each request signed with the portal's client key.

    ``audience`` is the authority's own name, which consents have as their provider.
    """

    def __init__(
        self, base_url: str, *, key: SigningKey, audience: str, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._audience = audience
        self._key = key
        self._timeout = timeout
        # No proxy from the environment and no redirects: this address and no other.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def open_session(self, request: Request) -> OpenedSession:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "iat": now,
            "exp": now + REQUEST_SECONDS,
            "jti": str(uuid.uuid4()),
            "artefact": request.artefact,
            **({"confirmation": request.confirmation} if request.confirmation else {}),
            "category": request.category,
            "fetch": request.fetch_id,
            "first_month": str(request.first_month),
            "last_month": str(request.last_month),
            "session_key": public_jwk(request.session_key),
        }
        token = sign(claims, typ=Typ.REQUEST, key=self._key)
        answer = self._json("/api/sessions", {"request": token})
        return OpenedSession(_text(answer, "session"), _text(answer, "manifest"))

    def page(self, session: str, number: int) -> str:
        path = f"/api/sessions/{quote(session, safe='')}/pages/{number}"
        return self._exchange(path, None).decode("ascii", errors="replace").strip()

    def revoke(self, *, consent: str, artefact_sha256: str, at: str) -> str:
        notice = {"consent": consent, "artefact_sha256": artefact_sha256, "at": at}
        token = sign(notice, typ=Typ.REVOCATION, key=self._key)
        return _text(self._json("/api/revocations", {"notice": token}), "ack")

    def ended_mandates(self, *, request_id: str, after: int) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "iat": now,
            "exp": now + REQUEST_SECONDS,
            "jti": request_id,
            "after": after,
        }
        token = sign(claims, typ=Typ.MANDATES_REQUEST, key=self._key)
        return _text(self._json("/api/mandates/ended", {"request": token}), "ended")

    def invoice_statuses(self) -> str:
        """The signed list of what has become of the authority's e-invoices."""
        return self._exchange("/api/invoices/statuses", None).decode("ascii", "replace").strip()

    def _json(self, path: str, body: Mapping[str, str]) -> Mapping[str, Any]:
        return _object(self._exchange(path, json.dumps(body).encode()))

    def _exchange(self, path: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (the scheme is the configured address's)
            self._base_url + path, data=body, headers={"Content-Type": "application/json"}
        )
        end = time.monotonic() + LONGEST_ANSWER_TIMEOUTS * self._timeout
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return _whole(response, end)
        except urllib.error.HTTPError as error:
            raise _refusal(error.code, _said(error)) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **options: Any) -> None:
        """Leave a redirect as the error it is."""


def _whole(response: http.client.HTTPResponse, end: float) -> bytes:
    """The body; Unreachable when it is too long, cut off, or drips in too slowly."""
    pieces, size, stated = [], 0, response.length
    while size != stated and (piece := response.read1(_PIECE)):
        pieces.append(piece)
        size += len(piece)
        if size > ANSWER_LIMIT:
            raise Unreachable("The answer is longer than any page may be.")
        if time.monotonic() > end:
            raise Unreachable("The answer takes too long.")
    if stated is not None and size < stated:
        raise Unreachable("The answer was cut off.")
    return b"".join(pieces)


def _said(error: urllib.error.HTTPError) -> bytes:
    with error:
        try:
            return error.read(_PIECE)
        except (OSError, http.client.HTTPException):
            return b""


def _refusal(status: int, body: bytes) -> Exception:
    if not 400 <= status < 500 or status in {408, 425, 429}:
        return Unreachable(f"The authority answered {status}.")
    try:
        answer = _object(body)
        code, message = str(answer["error"])[:64], str(answer["message"])[:300]
    except (Unreachable, KeyError):
        return Unreachable(f"The authority answered {status} without saying why.")
    if code == CLOCK_SKEW:
        return Unreachable(message, code=CLOCK_SKEW)
    return AuthorityRefused(message, code=code, cause=str(answer.get("cause", ""))[:64])


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unreachable("The answer is not JSON.") from error
    if not isinstance(answer, dict):
        raise Unreachable("The answer is not an object.")
    return answer


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise Unreachable(f"The answer lacks {name}.")
    return value
