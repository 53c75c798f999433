"""Signed and sealed messages between portal, signer and tax authority (JOSE, RFC 7515 and 7516).

Signatures are Ed25519 (``alg`` "Ed25519", RFC 9864), pages are sealed by ECDH-ES with A256GCM to an
X25519 key made for one session. Each signed message names its kind in ``typ`` and its key in
``kid``; a reader states which kind it expects and which keys it has pinned, so that a message
made for one purpose can't be passed off as another.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.registry import HeaderParameter

from portal.core.errors import Refused

SIGNING = "Ed25519"
SEALING = ("ECDH-ES", "A256GCM")
CLOCK_LEEWAY = 30
_PAGE_LIMIT = 16 * 1024 * 1024
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError)

Claims = dict[str, Any]


class Typ(StrEnum):
    """Kinds of signed messages."""

    CONSENT = "taxbridge-consent"
    RESUMPTION = "taxbridge-resumption"
    RECEIPT = "taxbridge-consent-receipt"
    RECORDS = "taxbridge-records"
    ACCEPTANCE = "taxbridge-acceptance"
    AGREEMENT = "taxbridge-agreement"
    SECOND_FACTOR = "second-factor"
    ASSERTION = "taxauthority-assertion"
    REQUEST = "taxauthority-request"
    MANIFEST = "taxauthority-manifest"
    REVOCATION = "taxauthority-revocation"
    ACKNOWLEDGEMENT = "taxauthority-acknowledgement"
    MANDATES_REQUEST = "taxauthority-mandates-request"
    ENDED_MANDATES = "taxauthority-ended-mandates"
    INVOICE_STATUSES = "taxauthority-invoice-statuses"
    RAIL_ORDER = "rail-order"
    RAIL_QUESTION = "rail-question"
    RAIL_ANSWER = "rail-answer"


class WireRefused(Refused):
    """A message that can't be trusted. Codes: bad_signature, wrong_type, wrong_issuer,
    wrong_audience, expired, malformed, wrong_page.
    """

    status = 400
    code = "malformed"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One Ed25519 private key and the id under which others have pinned its public half."""

    kid: str
    key: OKPKey


def digest(token: str) -> str:
    """SHA-256 of a compact token, in hex: how messages refer to one another."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def load_signing_key(path: Path) -> SigningKey:
    """Read an Ed25519 private key in PEM; any other kind of key raises ValueError."""
    key = OKPKey.import_key(path.read_bytes())
    if key.private_key is None or key.curve_name != "Ed25519":
        raise ValueError(f"{path} does not hold an Ed25519 private key.")
    return SigningKey(kid=key.thumbprint(), key=key)


def load_public_keys(path: Path) -> KeySet:
    """Read pinned public keys (a JSON Web Key Set of Ed25519 or X25519 keys, each with a kid)."""
    keys = json.loads(path.read_text(encoding="utf-8"))["keys"]
    if any("d" in entry or not entry.get("kid") for entry in keys):
        raise ValueError(f"{path} must hold public keys only, each with a kid.")
    return KeySet([OKPKey.import_key(entry) for entry in keys])


def public_key_set(key: OKPKey) -> str:
    """The text of a public key file for ``key``: a JSON Web Key Set with its thumbprint as kid."""
    entry = {**key.as_dict(private=False), "kid": key.thumbprint()}
    return json.dumps({"keys": [entry]}, indent=1, sort_keys=True) + "\n"


def sign(payload: Mapping[str, Any], *, typ: Typ, key: SigningKey) -> str:
    """A compact JWS over the payload as JSON with sorted keys and no spaces."""
    header = {"alg": SIGNING, "kid": key.kid, "typ": str(typ)}
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return jws.serialize_compact(header, body.encode(), key.key, algorithms=[SIGNING])


def verify(token: str, *, typ: Typ, keys: KeySet) -> Claims:
    """The claims of a message of this kind, signed by one of the pinned keys.

    Refuses with bad_signature (forged, altered, unknown key, other algorithm), wrong_type, or
    malformed. Says nothing about time or audience: see `check_claims`.
    """
    try:
        message = jws.deserialize_compact(token, _pinned(keys), algorithms=[SIGNING])
        kind, claims = message.headers().get("typ"), json.loads(message.payload)
    except _UNREADABLE as error:
        raise WireRefused("The signature does not hold.", code="bad_signature") from error
    if kind != typ:
        raise WireRefused(f"A {typ} message was expected, not {kind}.", code="wrong_type")
    if not isinstance(claims, dict):
        raise WireRefused("The signed message is not an object.")
    return claims


def check_claims(
    claims: Mapping[str, Any], *, issuer: str, audience: str, now: float | None = None
) -> None:
    """Refuse (wrong_issuer, wrong_audience, expired, malformed) claims not meant for us, now."""
    if claims.get("iss") != issuer:
        raise WireRefused(f"The message does not come from {issuer}.", code="wrong_issuer")
    if claims.get("aud") != audience:
        raise WireRefused(f"The message is not addressed to {audience}.", code="wrong_audience")
    issued, expires = claims.get("iat"), claims.get("exp")
    if type(issued) is not int or type(expires) is not int or not claims.get("jti"):
        raise WireRefused("The message lacks iat, exp or jti.")
    moment = time.time() if now is None else now
    if moment >= expires or issued > moment + CLOCK_LEEWAY:
        raise WireRefused("The message is not valid at this time.", code="expired")


def new_session_key() -> OKPKey:
    """A fresh X25519 key for one fetch."""
    return OKPKey.generate_key("X25519")


def public_jwk(key: OKPKey) -> dict[str, str]:
    """The public half as it travels: ``{"kty": "OKP", "crv": ..., "x": ...}``."""
    return {name: str(key.as_dict(private=False)[name]) for name in ("kty", "crv", "x")}


def session_key_from(jwk: object) -> OKPKey:
    """The public X25519 key that a requester sent; refuses anything else, a private key too."""
    try:
        if not isinstance(jwk, dict) or set(jwk) != {"kty", "crv", "x"}:
            raise ValueError("unexpected members")
        key = OKPKey.import_key(jwk)
        if key.curve_name != "X25519":
            raise ValueError("not an X25519 key")
    except _UNREADABLE as error:
        raise WireRefused("session_key must be a public X25519 key.") from error
    return key


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Where a page belongs; bound to its ciphertext through the protected header."""

    session: str
    artefact: str
    page: int
    pages: int

    def header(self) -> dict[str, str | int]:
        return {
            "session": self.session,
            "artefact": self.artefact,
            "page": self.page,
            "pages": self.pages,
        }


class _PageRegistry(jwe.JWERegistry):
    max_ciphertext_length = _PAGE_LIMIT


_PAGES = _PageRegistry(
    algorithms=SEALING,
    header_registry={
        "session": HeaderParameter("Session", "str", required=True),
        "artefact": HeaderParameter("Digest of the consent artefact", "str", required=True),
        "page": HeaderParameter("Page number from 1", "int", required=True),
        "pages": HeaderParameter("Number of pages", "int", required=True),
    },
)


def seal_page(plaintext: bytes, *, place: PagePlace, session_key: OKPKey) -> str:
    """A compact JWE of one page, readable only with the session's private key."""
    header = {"alg": SEALING[0], "enc": SEALING[1], **place.header()}
    return jwe.encrypt_compact(header, plaintext, session_key, registry=_PAGES)


def open_page(token: str, *, place: PagePlace, session_key: OKPKey) -> bytes:
    """The plaintext of the page that belongs at ``place``; refuses any other (wrong_page) and
    whatever doesn't open with the session's key (malformed).
    """
    try:
        message = jwe.decrypt_compact(token, session_key, registry=_PAGES)
    except _UNREADABLE as error:
        raise WireRefused("The page can't be opened with the session's key.") from error
    if any(message.headers().get(name) != value for name, value in place.header().items()):
        raise WireRefused("The page belongs to another place.", code="wrong_page")
    if message.plaintext is None:
        raise WireRefused("The page is empty.")
    return message.plaintext


def _pinned(keys: KeySet) -> Any:  # joserfc's callable protocol type is not exported
    known = {key.kid: key for key in keys}

    def choose(message: Any) -> Any:
        return known[message.headers()["kid"]]

    return choose
