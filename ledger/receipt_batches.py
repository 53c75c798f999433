"""Receipts for many entries at once: as many queries for a batch as for one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connections
from django.db.backends.utils import CursorWrapper

from ledger.format.merkle import ProofRefused, check_inclusion, leaf_hash
from ledger.format.notes import add_lines
from ledger.format.receipt import Receipt, ReceiptRefused
from ledger.format.subtrees import WIDTH, inclusion_path
from ledger.nodes import nodes
from ledger.queries import Entry

# The newest witnessed state, and the newest signed one for what came after it.
_STATES = """
SELECT size, root, note, ARRAY(SELECT line FROM ledger.cosignature k WHERE k.size = c.size
                               ORDER BY witness)
FROM ledger.checkpoint c
WHERE size IN ((SELECT max(size) FROM ledger.witnessed), (SELECT max(size) FROM ledger.checkpoint))
ORDER BY size
"""
_LEAVES = """
SELECT seq, leaf_hash FROM unnest(%s::bigint[]) AS tile
JOIN ledger.entry ON seq >= tile * 256 AND seq < tile * 256 + 256 ORDER BY seq
"""
_NODES = """
SELECT index, hash FROM unnest(%s::bigint[]) AS tile
JOIN ledger.node ON level = %s AND index >= tile * 256 AND index < tile * 256 + 256 ORDER BY index
"""


@dataclass(frozen=True, slots=True)
class _State:
    size: int
    root: bytes
    note: str

    def receipt(self, entry: Entry, path: Sequence[bytes]) -> Receipt:
        leaf = leaf_hash(entry.body)
        check_inclusion(index=entry.seq, size=self.size, leaf=leaf, proof=path, root=self.root)
        return Receipt(seq=entry.seq, body=entry.body, proof=tuple(path), checkpoint=self.note)


@dataclass
class _Tiles:
    """Nodes by level and number, fetched a level at a time."""

    cursor: CursorWrapper
    wanted: set[tuple[int, int]] = field(default_factory=set)
    _found: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def note(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """Remember what will be asked for; the answer stands for hashes that aren't known yet."""
        self.wanted.add((level, first // WIDTH))
        return [b""] * count

    def fetch(self) -> None:
        """Read what was noted."""
        for level in {level for level, _tile in self.wanted}:
            tiles = sorted(tile for of_level, tile in self.wanted if of_level == level)
            if level == 0:
                self.cursor.execute(_LEAVES, [tiles])
            else:
                self.cursor.execute(_NODES, [tiles, level])
            rows = self.cursor.fetchall()
            self._found |= {(level, index): bytes(node) for index, node in rows}

    def known(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """The nodes; one by one from the level below where they aren't stored yet."""
        asked = [(level, index) for index in range(first, first + count)]
        if all(place in self._found for place in asked):
            return [self._found[place] for place in asked]
        return nodes(self.cursor, level, first, count)


def receipts_of(entries: Iterable[Entry], *, using: str = "default") -> list[Receipt]:
    """Those of the entries that a signed state covers, in their order, each with its proof.

    Refuses (ReceiptRefused) where the stored hashes don't lead to the signed root.
    """
    with connections[using].cursor() as cursor:
        states = _states(cursor)
        covered = [
            (entry, next(state for state in states if entry.seq < state.size))
            for entry in entries
            if states and entry.seq < states[-1].size
        ]
        tiles = _Tiles(cursor)
        for entry, state in covered:
            inclusion_path(tiles.note, index=entry.seq, size=state.size)
        tiles.fetch()
        try:
            return [
                state.receipt(entry, inclusion_path(tiles.known, index=entry.seq, size=state.size))
                for entry, state in covered
            ]
        except ProofRefused as error:
            raise ReceiptRefused(str(error)) from error


def _states(cursor: CursorWrapper) -> list[_State]:
    cursor.execute(_STATES)
    return [
        _State(size, bytes(root), add_lines(note, lines))
        for size, root, note, lines in cursor.fetchall()
    ]
