"""Entries as they lie in the table, streamed: nothing here is checked or trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connections

BLOCK = 4096

# Fixed lengths first, so that each field has its place in PostgreSQL's binary COPY row: two bytes
# for the number of fields, then each field after its length in four bytes.
COPY = """
COPY (
  SELECT seq, event_id::text, leaf_hash, chain_hash, body FROM ledger.entry
  WHERE octet_length(leaf_hash) = 32 AND octet_length(chain_hash) = 32 {within}
  ORDER BY seq
) TO STDOUT (FORMAT binary)
"""
_HEADER = b"PGCOPY\n\xff\r\n\0"
_HEADER_LENGTH = 19
_SEQ = slice(6, 14)
_EVENT_ID = slice(18, 54)
_LEAF = slice(58, 90)
_LINK = slice(94, 126)
_BODY = slice(130, None)


@dataclass(frozen=True)
class StoredBlock:
    """Some consecutive rows of ledger.entry, by column."""

    seqs: Sequence[int]
    event_ids: Sequence[bytes]
    leaves: Sequence[bytes]
    links: Sequence[bytes]
    bodies: Sequence[bytes]


def stored_blocks(
    using: str = "default", *, first: int | None = None, end: int | None = None
) -> Iterator[StoredBlock]:
    """The entries from ``first`` to before ``end`` in order, from one snapshot, in constant memory.

    A row whose hashes have not their length is left out: it shows as missing.
    """
    for block in _blocks(using, first, end):
        yield StoredBlock(
            [int.from_bytes(row[_SEQ]) for row in block],
            [row[_EVENT_ID] for row in block],
            [row[_LEAF] for row in block],
            [row[_LINK] for row in block],
            [row[_BODY] for row in block],
        )


def stored_link(seq: int, *, using: str = "default") -> bytes | None:
    """The link stored with entry ``seq``; None where there is no such entry."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT chain_hash FROM ledger.entry WHERE seq = %s", [seq])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def _blocks(using: str, first: int | None, end: int | None) -> Iterator[list[bytes]]:
    """The rows of the binary copy, some thousands at once, without its header and trailer."""
    bounds = [("seq >= ", first), ("seq < ", end)]
    within = "".join(f" AND {sql}{bound:d}" for sql, bound in bounds if bound is not None)
    copy = COPY.format(within=within)
    with connections[using].cursor() as cursor, cursor.copy(copy) as chunks:
        found = iter(chunks)
        while block := list(map(bytes, islice(found, BLOCK))):
            if block[0].startswith(_HEADER):
                block[0] = block[0][_HEADER_LENGTH:]
            if min(len(block[0]), len(block[-1])) < _BODY.start:
                block = [row for row in block if len(row) >= _BODY.start]
            if block:
                yield block
