"""Entries as they lie in the table, streamed: nothing here is checked or trusted."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from struct import unpack, unpack_from

from django.db import connections, transaction

# Entries that come as one row, each column of them put together: rows one by one cost the server,
# the driver and Python as much as the hashing does.
BLOCK = 256

# Each block begins with the next entry there is, so that a number far away costs no more than one
# near by.
COPY = """
COPY (
  WITH RECURSIVE block(first) AS (
    (SELECT seq FROM ledger.entry WHERE {within} ORDER BY seq LIMIT 1)
    UNION ALL
    SELECT (
      SELECT seq FROM ledger.entry WHERE seq >= first + {length} AND {within}
      ORDER BY seq LIMIT 1)
    FROM block WHERE first IS NOT NULL
  )
  SELECT e.* FROM block, LATERAL (
    SELECT string_agg(int8send(seq), '' ORDER BY seq),
      convert_to(string_agg(event_id::text, '' ORDER BY seq), 'UTF8'),
      string_agg(leaf_hash, '' ORDER BY seq),
      string_agg(chain_hash, '' ORDER BY seq),
      string_agg(int4send(octet_length(body)), '' ORDER BY seq),
      string_agg(body, '' ORDER BY seq)
    FROM ledger.entry
    WHERE seq >= first AND seq < first + {length} AND {within}
      AND octet_length(leaf_hash) = 32 AND octet_length(chain_hash) = 32
      AND event_id IS NOT NULL AND body IS NOT NULL
  ) e
  WHERE first IS NOT NULL
) TO STDOUT (FORMAT binary)
"""
_HEADER = b"PGCOPY\n\xff\r\n\0"
_HEADER_LENGTH = 19
_TRAILER_LENGTH = 2
_UUID = 36
_HASH = 32


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
) -> Generator[StoredBlock]:
    """The entries from ``first`` to before ``end`` in order, from one snapshot, in constant memory.

    A row that isn't whole, or whose hashes have not their length, is left out: it shows as missing.
    """
    for row in _rows(using, first, end):
        seqs, event_ids, leaves, links, lengths, bodies = _columns(row)
        count = len(seqs) // 8
        ends = accumulate(unpack(f">{count}i", lengths), initial=0)
        yield StoredBlock(
            list(unpack(f">{count}q", seqs)),
            _cut(event_ids, _UUID),
            _cut(leaves, _HASH),
            _cut(links, _HASH),
            [bodies[start:stop] for start, stop in pairwise(ends)],
        )


def stored_link(seq: int, *, using: str = "default") -> bytes | None:
    """The link stored with entry ``seq``; None where there is no such entry."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT chain_hash FROM ledger.entry WHERE seq = %s", [seq])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def _rows(using: str, first: int | None, end: int | None) -> Iterator[bytes]:
    """The rows of the binary copy, without its header and trailer."""
    bounds = [("seq >= ", first), ("seq < ", end)]
    within = " AND ".join(f"{sql}{bound:d}" for sql, bound in bounds if bound is not None)
    copy = COPY.format(length=BLOCK, within=within or "true")
    # A reader that stops early cancels the copy: that must not spoil the caller's transaction.
    with (
        transaction.atomic(using),
        connections[using].cursor() as cursor,
        cursor.copy(copy) as chunks,
    ):
        for chunk in chunks:
            row = bytes(chunk)
            row = row[_HEADER_LENGTH:] if row.startswith(_HEADER) else row
            if len(row) > _TRAILER_LENGTH:
                yield row


def _columns(row: bytes) -> list[bytes]:
    """The fields of one row: each after its length in four bytes; without value, empty."""
    (count,), at, found = unpack_from(">h", row), 2, []
    for _ in range(count):
        (length,) = unpack_from(">i", row, at)
        at += 4
        found.append(row[at : at + max(length, 0)])
        at += max(length, 0)
    return found


def _cut(data: bytes, width: int) -> list[bytes]:
    return [data[start : start + width] for start in range(0, len(data), width)]
