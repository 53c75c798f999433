"""A log of a few leaves with a key of its own, and the requests that it would send to a witness."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.format.merkle import consistency_proof, leaf_hash, root_of
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, sign_note

ORIGIN = "log.example/tests"


@dataclass
class SmallLog:
    """``history`` names its leaves: logs of two histories part at the first leaf."""

    history: str = "true"
    origin: str = ORIGIN
    signers: list[Signer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signers = self.signers or [Signer(self.origin, Ed25519PrivateKey.generate())]

    def leaves(self, size: int) -> list[bytes]:
        return [leaf_hash(f"{self.history} {number}".encode()) for number in range(size)]

    def text(self, size: int) -> str:
        return Checkpoint(self.origin, size, root_of(self.leaves(size))).text()

    def note(self, size: int) -> str:
        return sign_note(self.text(size), *self.signers)

    def proof(self, old: int, new: int) -> list[bytes]:
        return consistency_proof(self.leaves(new), old) if old else []

    def request(self, old: int, new: int, *, proof: Sequence[bytes] | None = None) -> str:
        """The body of add-checkpoint from size ``old`` to ``new``."""
        return body(old, self.proof(old, new) if proof is None else proof, self.note(new))

    def forked(self, *, history: str = "other") -> SmallLog:
        """The same log by name and key, with other entries."""
        return SmallLog(history, self.origin, self.signers)


def body(old: int | str, proof: Sequence[bytes], note: str) -> str:
    """The lines of add-checkpoint, right or wrong."""
    hashes = "".join(f"{base64.b64encode(node).decode()}\n" for node in proof)
    return f"old {old}\n{hashes}\n{note}"


def logs_file(*logs: SmallLog) -> str:
    """The policy file that makes a witness know these logs."""
    keys = [signer.verifier for log in logs for signer in log.signers]
    return "".join(f"log {key}\n" for key in keys) + "quorum none\n"
