"""Signed notes and checkpoints, byte for byte as C2SP writes them.

signed-note: text, an empty line, then lines ``— name base64(key id ‖ signature)``.
tlog-checkpoint: the text is origin, size and base64 root, a line each.
Parsers accept only what would be written back identically.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from ledger.format.base64_text import NotBase64, read, written
from ledger.format.note_keys import ID_LENGTH, NoteRefused, Signer, Verifier

MAX_NOTE = 1_000_000
# What databases' integers hold; a log of one event a nanosecond gets there in 292 years.
SIZE_LIMIT = 2**63
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # JSON can bring them into a text
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The tree head of ``size`` entries of the log named ``origin``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text to be signed."""
        return f"{self.origin}\n{self.size}\n{written(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint in a note's text; refuses extension lines and any other spelling."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteRefused("Not the three lines of a checkpoint.")
        checkpoint = cls(lines[0], int(lines[1]), _read(lines[2]))
        if checkpoint.size >= SIZE_LIMIT:
            raise NoteRefused("The size is not below 2**63.")
        if len(checkpoint.root) != 32 or checkpoint.text() != text:
            raise NoteRefused("Not a checkpoint as it would be written.")
        return checkpoint


def sign_note(text: str, *signers: Signer) -> str:
    """The note of ``text`` with a signature line of each; refuses text a note can't hold."""
    _check_text(text)
    return add_lines(f"{text}\n", [_line(text, signer) for signer in signers])


def add_lines(note: str, lines: Iterable[str]) -> str:
    """The note with more signature lines, each with its newline."""
    return note + "".join(lines)


def signature_line(name: str, signature: bytes) -> str:
    """One line: em dash, name, base64; ``signature`` begins with the key id."""
    return f"— {name} {written(signature)}\n"


def signatures(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of ``note`` and its lines as (name, key id ‖ signature), in order, unchecked.

    Refuses (`NoteRefused`) what is no signed note.
    """
    if len(note) > MAX_NOTE:
        raise NoteRefused("The note is too long.")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NoteRefused("Not a signed note.")
    _check_text(note)  # control characters are refused in names too
    return text + "\n", [_signature_of(line) for line in lines[:-1].split("\n")]


def open_note(note: str, *verifiers: Verifier) -> str:
    """The text of ``note`` if one of ``verifiers`` signed it; other parties' lines are ignored.

    Refuses (`NoteRefused`) a note without their signature, and one where a signature of any of
    them is wrong.
    """
    text, lines = signatures(note)
    if not [verifier for verifier in verifiers if _has_signed(verifier, text, lines)]:
        names = ", ".join(dict.fromkeys(verifier.name for verifier in verifiers))
        raise NoteRefused(f"No signature by {names}.")
    return text


def _has_signed(verifier: Verifier, text: str, lines: list[tuple[str, bytes]]) -> bool:
    own = [
        signature[ID_LENGTH:]
        for name, signature in lines
        if name == verifier.name and signature[:ID_LENGTH] == verifier.key_id
    ]
    for signature in own:
        try:
            verifier.key.verify(signature, text.encode())
        except InvalidSignature as error:
            raise NoteRefused(f"The signature by {verifier.name} is wrong.") from error
    return bool(own)


def _line(text: str, signer: Signer) -> str:
    signature = signer.key.sign(text.encode())
    return signature_line(signer.name, signer.verifier.key_id + signature)


def _signature_of(line: str) -> tuple[str, bytes]:
    match = _SIGNATURE.fullmatch(line)
    signature = _read(match[2]) if match else b""
    if not match or len(signature) <= ID_LENGTH:
        raise NoteRefused("Not a signature line.")
    return match[1], signature


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteRefused("A note's text ends in a newline and has no other control character.")
    if _SURROGATE.search(text):
        raise NoteRefused("A note's text is UTF-8, which has no lone surrogates.")


def _read(text: str) -> bytes:
    try:
        return read(text)
    except NotBase64 as error:
        raise NoteRefused(str(error)) from error
