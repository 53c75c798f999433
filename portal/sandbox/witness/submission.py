"""What a log sends to a witness, and how a witness says no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from ledger.format.base64_text import NotBase64, read

# A checkpoint with a few signatures has under 1 kB; post-quantum ones have 5 kB each.
MOST_BYTES = 128 * 1024
MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Refused(Exception):
    """No cosignature; ``status`` is the protocol's code for why."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class AnotherSize(Refused):
    """The proof begins elsewhere than at the checkpoint that was cosigned last."""

    def __init__(self, size: int) -> None:
        super().__init__(HTTPStatus.CONFLICT, f"The last size is {size}.")
        self.size = size


@dataclass(frozen=True, slots=True)
class Submission:
    """The body of add-checkpoint: the size the proof begins at, the proof, the log's note."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    @classmethod
    def parse(cls, body: bytes) -> Submission:
        """Refuses with 413 a body too large, with 400 one that isn't of this form."""
        if len(body) > MOST_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")
        try:
            head, gap, note = body.decode().partition("\n\n")
            first, *hashes = head.split("\n")
            proof = tuple(map(read, hashes))
        except (UnicodeDecodeError, NotBase64) as error:
            raise malformed(str(error)) from error
        old = _OLD.fullmatch(first)
        if not gap or not old:
            raise malformed("A line `old SIZE`, hashes, an empty line and a note are expected.")
        if len(proof) > MOST_HASHES or any(len(node) != 32 for node in proof):
            raise malformed("At most 63 hashes of 32 bytes are expected.")
        return cls(int(old[1]), proof, note)


def malformed(message: str) -> Refused:
    """A refusal of what isn't written as it has to be."""
    return Refused(HTTPStatus.BAD_REQUEST, message)
