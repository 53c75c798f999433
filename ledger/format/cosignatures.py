"""A witness's timestamped signatures of checkpoints: C2SP tlog-cosignature, Ed25519."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature

from ledger.format.note_keys import COSIGNATURE, ID_LENGTH, NoteRefused, PublicKey, Signer
from ledger.format.notes import signature_line, signatures

_STAMP: Final = 8
_LENGTH: Final = ID_LENGTH + _STAMP + 64
_LATEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Cosigner(PublicKey):
    """What others need to check a witness's lines."""

    kind = COSIGNATURE

    def time_of(self, note: str) -> int | None:
        """When it cosigned ``note``, in POSIX seconds, the first of its lines; None without one.

        Refuses (`NoteRefused`) a line of its name and key id that doesn't hold.
        """
        text, lines = signatures(note)
        own = [
            signature
            for name, signature in lines
            if name == self.name and signature[:ID_LENGTH] == self.key_id
        ]
        return min((self._checked(text, signature) for signature in own), default=None)

    def _checked(self, text: str, signature: bytes) -> int:
        at = int.from_bytes(signature[ID_LENGTH : ID_LENGTH + _STAMP])
        if len(signature) != _LENGTH or not 0 < at <= _LATEST:
            raise NoteRefused(f"The cosignature by {self.name} has no time, or not its length.")
        try:
            self.key.verify(signature[ID_LENGTH + _STAMP :], _signed(text, at))
        except InvalidSignature as error:
            raise NoteRefused(f"The cosignature by {self.name} is wrong.") from error
        return at


@dataclass(frozen=True)
class CosigningKey(Signer):
    """A witness's name and private key."""

    @property
    def cosigner(self) -> Cosigner:
        """Its public half."""
        return Cosigner(self.name, self.key.public_key())

    def line(self, text: str, *, at: int) -> str:
        """Its signature line for a checkpoint's text at ``at`` POSIX seconds, with newline."""
        stamp = at.to_bytes(_STAMP)
        return signature_line(
            self.name, self.cosigner.key_id + stamp + self.key.sign(_signed(text, at))
        )


def _signed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
