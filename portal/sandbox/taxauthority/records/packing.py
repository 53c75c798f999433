"""Packets: the invoices of one firm, direction and month as sorted lines, compressed.

A packet is a multiset: an invoice that a source states twice is there twice. The digest is over
the sorted lines, so equal content has an equal digest whatever order it was read in.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Packed:
    """Compressed lines with their number and the SHA-256 of the uncompressed bytes."""

    rows: int
    digest: bytes
    content: bytes


def pack(lines: list[str]) -> Packed:
    """Pack lines in any order; equal multisets give equal digests."""
    raw = "\n".join(sorted(lines)).encode()
    return Packed(len(lines), hashlib.sha256(raw).digest(), zlib.compress(raw, _LEVEL))


def unpack(content: bytes) -> list[str]:
    """The sorted lines of a packet."""
    return zlib.decompress(content).decode().split("\n")


def union(statements: Iterable[Iterable[str]]) -> list[str]:
    """Lines as often as they stand in the statement that has them most often.

    Each statement is everything one source says about the month. Reading a source again, or the
    same invoices from a second source, therefore adds nothing.
    """
    merged: Counter[str] = Counter()
    for lines in statements:
        merged |= Counter(lines)
    return list(merged.elements())
