"""A proof that fits in one text file: C2SP tlog-proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.format.base64_text import NotBase64, read, written
from ledger.format.merkle import ProofRefused

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 63
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Entry ``index``, the siblings up to the root (nearest first), and the signed checkpoint.

    ``extra`` is what else is needed to know the leaf: in our receipts the entry's exact body.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    def text(self) -> str:
        """The file's text."""
        extra = [f"extra {written(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(written, self.path)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def parse(cls, text: str) -> TlogProof:
        """The proof in ``text``; refuses (`ProofRefused`) what would be written differently."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines[0] != HEADER:
            raise ProofRefused("Not a tlog-proof.")
        has_extra = lines[1:] != [] and lines[1].startswith("extra ")
        extra = _read(lines.pop(1).removeprefix("extra ")) if has_extra else b""
        index = _INDEX.fullmatch(lines[1]) if lines[1:] else None
        if index is None:
            raise ProofRefused("The line of the entry's number is missing or wrong.")
        path = tuple(_read(line) for line in lines[2:])
        if len(path) > MAX_PATH or any(len(sibling) != _HASH_BYTES for sibling in path):
            raise ProofRefused("A line of the proof is no hash, or there are too many.")
        return cls(index=int(index[1]), path=path, note=note, extra=extra)


def _read(text: str) -> bytes:
    try:
        found = read(text)
    except NotBase64 as error:
        raise ProofRefused(str(error)) from error
    if not found:
        raise ProofRefused("An empty line of the proof.")
    return found
