"""A small WebAuthn authenticator of our own: makes passkeys, signs, and lies when told to."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True, slots=True)
class Lies:
    """What differs from an honest answer; None where nothing does."""

    origin: str | None = None
    host: str | None = None
    challenge: bytes | None = None
    ceremony: str | None = None
    flags: int = PRESENT | VERIFIED
    counter: int | None = None
    owner: bytes | None = None
    is_framed: bool = False
    is_altered: bool = False


HONEST = Lies()


@dataclass(slots=True)
class Credential:
    """One passkey: its id, its private key, whose it is, and how often it has signed."""

    owner: bytes
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    counter: int = 0

    def public(self) -> dict[int, Any]:
        """The public key as COSE has it: EC2, ES256, P-256."""
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}


@dataclass(slots=True)
class Authenticator:
    """A device in a browser that is at ``origin``."""

    origin: str
    host: str
    credentials: list[Credential] = field(default_factory=list)

    def make(self, options: dict[str, Any], lies: Lies = HONEST) -> str:
        """Answer to navigator.credentials.create()."""
        asked = options["publicKey"]
        credential = self.new(to_bytes(asked["user"]["id"]))
        self.credentials.append(credential)
        attested = bytes(16) + len(credential.id).to_bytes(2) + credential.id
        attested += cbor(credential.public())
        data = self._data(lies, lies.counter or 0, ATTESTED) + attested
        response = {
            "clientDataJSON": to_text(self._client_data("webauthn.create", asked, lies)),
            "attestationObject": to_text(cbor({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "hybrid"],
        }
        return _answer(credential, response)

    def sign(
        self, options: dict[str, Any], lies: Lies = HONEST, *, by: Credential | None = None
    ) -> str:
        """Answer to navigator.credentials.get(), by the last passkey unless told otherwise."""
        credential = by or self.credentials[-1]
        credential.counter += 1
        client_data = self._client_data("webauthn.get", options["publicKey"], lies)
        counter = credential.counter if lies.counter is None else lies.counter
        data = self._data(lies, counter, 0)
        signed = data + hashlib.sha256(client_data).digest()
        signature = bytearray(credential.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        signature[-1] ^= lies.is_altered
        response = {
            "clientDataJSON": to_text(client_data),
            "authenticatorData": to_text(data),
            "signature": to_text(bytes(signature)),
            "userHandle": to_text(lies.owner or credential.owner),
        }
        return _answer(credential, response)

    def new(self, owner: bytes) -> Credential:
        """A fresh key pair."""
        return Credential(owner)

    def _data(self, lies: Lies, counter: int, more: int) -> bytes:
        host = hashlib.sha256((lies.host or self.host).encode()).digest()
        return host + bytes([lies.flags | more]) + counter.to_bytes(4)

    def _client_data(self, ceremony: str, asked: dict[str, Any], lies: Lies) -> bytes:
        challenge = asked["challenge"] if lies.challenge is None else to_text(lies.challenge)
        said = {
            "type": lies.ceremony or ceremony,
            "challenge": challenge,
            "origin": lies.origin or self.origin,
            "crossOrigin": lies.is_framed,
        }
        return json.dumps(said).encode()


def _answer(credential: Credential, response: dict[str, Any]) -> str:
    name = to_text(credential.id)
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def cbor(value: Any) -> bytes:
    """As much CBOR (RFC 8949) as passkeys need: integers, bytes, text, maps."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    pairs = b"".join(cbor(key) + cbor(part) for key, part in value.items())
    return _head(5, len(value)) + pairs


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    if number < 256:
        return bytes([kind << 5 | 24, number])
    return bytes([kind << 5 | 25]) + number.to_bytes(2)
