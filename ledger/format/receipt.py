"""A receipt: one entry, the way from it to a signed tree head, and that head.

Made to be checked by anybody, without this project's servers: `python -m ledger.format.receipt FILE
--key KEY` needs the ledger's public key, from elsewhere than the receipt, and says what is proven.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ledger.format.canonical import NotCanonical
from ledger.format.event import Event
from ledger.format.merkle import ProofRefused, check_inclusion, leaf_hash
from ledger.format.notes import Checkpoint, NoteRefused, Verifier, open_note

VERSION = 1


class ReceiptRefused(ValueError):
    """A receipt that proves nothing: damaged, forged, or under another key."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Entry number ``seq`` with its exact body, the sibling hashes, and the signed note."""

    seq: int
    body: bytes
    proof: tuple[bytes, ...]
    checkpoint: str

    def members(self) -> dict[str, Any]:
        """The receipt as an object for JSON."""
        return {
            "v": VERSION,
            "seq": self.seq,
            "body": self.body.decode(),
            "proof": [sibling.hex() for sibling in self.proof],
            "checkpoint": self.checkpoint,
        }

    @classmethod
    def read(cls, members: Mapping[str, Any]) -> Self:
        """Read such an object; refuses (ReceiptRefused) any other."""
        try:
            receipt = cls(
                seq=int(members["seq"]),
                body=str(members["body"]).encode(),
                proof=tuple(bytes.fromhex(sibling) for sibling in members["proof"]),
                checkpoint=str(members["checkpoint"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ReceiptRefused("This is not a receipt.") from error
        if receipt.members() != dict(members):
            raise ReceiptRefused("This is not a receipt of version 1.")
        return receipt

    def check(self, verifier: Verifier) -> Event:
        """The event that this receipt proves to be in the ledger; ReceiptRefused if it doesn't."""
        try:
            head = Checkpoint.parse(open_note(self.checkpoint, verifier))
            check_inclusion(
                index=self.seq,
                size=head.size,
                leaf=leaf_hash(self.body),
                proof=self.proof,
                root=head.root,
            )
            return Event.decode(self.body)
        except (NoteRefused, ProofRefused, NotCanonical) as error:
            raise ReceiptRefused(str(error)) from error


def main(arguments: Sequence[str]) -> int:
    """Check every receipt in a file; 0 and what each proves, or 1 and the first reason why not."""
    parser = argparse.ArgumentParser(prog="receipt", description="Check receipts of the ledger.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", required=True, help="The ledger's public key: name+id+base64.")
    asked = parser.parse_args(arguments)
    try:
        verifier = Verifier.parse(asked.key)
        bundle = json.loads(asked.file.read_text(encoding="utf-8"))
        events = [Receipt.read(members).check(verifier) for members in bundle["receipts"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"Not proven: {error}\n")
        return 1
    for event in events:
        sys.stdout.write(f"Proven: {event.kind} of {event.subject} at {event.at.isoformat()}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
