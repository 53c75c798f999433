"""Signed notes and checkpoints, byte for byte as C2SP writes them.

signed-note: text, an empty line, then lines ``— name base64(key id ‖ signature)``.
tlog-checkpoint: the text is origin, size and base64 root, a line each.
Parsers accept only what would be written back identically.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
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

ED25519 = b"\x01"
MAX_NOTE = 1_000_000
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_SIZE = re.compile(r"0|[1-9][0-9]*")


class NoteRefused(ValueError):
    """Bytes that are no note, no checkpoint or no key, or a signature that doesn't hold."""


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
    def from_pem(cls, name: str, pem: bytes) -> Signer:
        """The signer whose key is in this PEM text; refuses any other kind of key."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise NoteRefused("Not a PEM private key.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise NoteRefused("Not an Ed25519 key.")
        return cls(_checked_name(name), key)


@dataclass(frozen=True)
class Verifier:
    """A name and an Ed25519 public key."""

    name: str
    key: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ type ‖ key)."""
        return sha256(f"{self.name}\n".encode() + self._typed_key()).digest()[:4]

    def __str__(self) -> str:
        """The verifier key as text: ``name+key id+base64(type ‖ key)``."""
        return f"{self.name}+{self.key_id.hex()}+{_written(self._typed_key())}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """The verifier in ``text``; refuses a wrong key id, type, length or spelling."""
        match = _VKEY.fullmatch(text)
        typed = _read(match[3]) if match else b""
        if not match or typed[:1] != ED25519 or len(typed) != 33:
            raise NoteRefused("Not an Ed25519 verifier key.")
        verifier = cls(match[1], Ed25519PublicKey.from_public_bytes(typed[1:]))
        if str(verifier) != text:
            raise NoteRefused("The verifier key's id doesn't belong to it.")
        return verifier

    def _typed_key(self) -> bytes:
        return ED25519 + self.key.public_bytes_raw()


@dataclass(frozen=True)
class Checkpoint:
    """The tree head of ``size`` entries of the log named ``origin``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text to be signed."""
        return f"{self.origin}\n{self.size}\n{_written(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint in a note's text; refuses extension lines and any other spelling."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteRefused("Not the three lines of a checkpoint.")
        checkpoint = cls(lines[0], int(lines[1]), _read(lines[2]))
        if len(checkpoint.root) != 32 or checkpoint.text() != text:
            raise NoteRefused("Not a checkpoint as it would be written.")
        return checkpoint


def generate_signing_key(name: str) -> tuple[bytes, str]:
    """A new private key (PKCS#8 PEM) and its verifier key as text."""
    signer = Signer(_checked_name(name), Ed25519PrivateKey.generate())
    pem = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, str(signer.verifier)


def sign_note(text: str, signer: Signer) -> str:
    """The note of ``text`` with one signature line; refuses text a note can't hold."""
    _check_text(text)
    signature = signer.verifier.key_id + signer.key.sign(text.encode())
    return f"{text}\n— {signer.name} {_written(signature)}\n"


def open_note(note: str, verifier: Verifier) -> str:
    """The text of ``note`` if ``verifier`` signed it; other parties' lines are ignored."""
    text, lines = _split_note(note)
    own = [
        signature[4:]
        for name, signature in map(_signature_line, lines)
        if name == verifier.name and signature[:4] == verifier.key_id
    ]
    if not own:
        raise NoteRefused(f"No signature by {verifier.name}.")
    for signature in own:
        try:
            verifier.key.verify(signature, text.encode())
        except InvalidSignature as error:
            raise NoteRefused(f"The signature by {verifier.name} is wrong.") from error
    return text


def _split_note(note: str) -> tuple[str, list[str]]:
    if len(note) > MAX_NOTE:
        raise NoteRefused("The note is too long.")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise NoteRefused("Not a signed note.")
    _check_text(text + "\n")
    return text + "\n", signatures[:-1].split("\n")


def _signature_line(line: str) -> tuple[str, bytes]:
    match = _SIGNATURE.fullmatch(line)
    signature = _read(match[2]) if match else b""
    if not match or len(signature) < 5:
        raise NoteRefused("Not a signature line.")
    return match[1], signature


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(sign) < 32 and sign != "\n" for sign in text):
        raise NoteRefused("A note's text ends in a newline and has no other control character.")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NoteRefused("A key's name has no space and no plus sign.")
    return name


def _written(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _read(text: str) -> bytes:
    """Strict base64: padding right, unused bits zero."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused("Not base64.") from error
    if _written(data) != text:
        raise NoteRefused("Not base64 as it would be written.")
    return data
