"""Names and Ed25519 keys of those who sign notes, and the verifier keys that others pin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ledger.format.base64_text import NotBase64, read, written

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
ID_LENGTH = 4
KEY_LENGTH = 32
_NAME = re.compile(r"[^\s+]+")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class NoteRefused(ValueError):
    """Bytes that are no note, no checkpoint or no key, or a signature that doesn't hold."""


@dataclass(frozen=True)
class PublicKey:
    """A name, an Ed25519 public key, and in each kind of key the byte that says what it signs."""

    kind: ClassVar[bytes]
    name: str
    key: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ type ‖ key)."""
        return sha256(f"{self.name}\n".encode() + self._typed_key()).digest()[:ID_LENGTH]

    def __str__(self) -> str:
        """The verifier key as text: ``name+key id+base64(type ‖ key)``."""
        return f"{self.name}+{self.key_id.hex()}+{written(self._typed_key())}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key in ``text``; refuses a wrong key id, type, length or spelling."""
        match = _VKEY.fullmatch(text)
        try:
            typed = read(match[3]) if match else b""
        except NotBase64 as error:
            raise NoteRefused(str(error)) from error
        if not match or typed[:1] != cls.kind or len(typed) != KEY_LENGTH + 1:
            raise NoteRefused("Not an Ed25519 verifier key of this kind.")
        found = cls(match[1], Ed25519PublicKey.from_public_bytes(typed[1:]))
        if str(found) != text:
            raise NoteRefused("The verifier key's id doesn't belong to it.")
        return found

    def _typed_key(self) -> bytes:
        return self.kind + self.key.public_bytes_raw()


@dataclass(frozen=True)
class Verifier(PublicKey):
    """What others need to check a log's signature lines."""

    kind = ED25519


@dataclass(frozen=True)
class Signer:
    """A name and an Ed25519 private key."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """What others need to check this signer's notes."""
        return Verifier(self.name, self.key.public_key())

    @classmethod
    def from_pem(cls, name: str, pem: bytes) -> Self:
        """The signer whose key is in this PEM text; refuses any other kind of key."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise NoteRefused("Not a PEM private key.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise NoteRefused("Not an Ed25519 key.")
        return cls(checked_name(name), key)


def generate_signing_key(name: str) -> tuple[bytes, str]:
    """A new private key (PKCS#8 PEM) and its verifier key as text."""
    signer = Signer(checked_name(name), Ed25519PrivateKey.generate())
    pem = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, str(signer.verifier)


def checked_name(name: str) -> str:
    """The name of a key; refuses spaces and plus signs."""
    if not _NAME.fullmatch(name):
        raise NoteRefused("A key's name has no space and no plus sign.")
    return name
