"""Stored roots of subtrees against those that follow from the entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from ledger.format.merkle import root_of
from ledger.format.subtrees import HEIGHT, WIDTH
from ledger.spans import Damage, Problem, Span

_STORED = """
SELECT index, hash FROM ledger.node
WHERE level = %s AND index >= %s AND index < %s ORDER BY index
"""
_COUNTS = "SELECT level, max(index) + 1, count(*) FROM ledger.node GROUP BY level ORDER BY level"


class NodeCheck:
    """Follows the walk; missing nodes at a level's end are no damage, the sequencer adds them."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._open: dict[int, list[bytes]] = {}
        self._done: dict[int, int] = {}

    def compare(self, span: Span) -> Iterator[Damage]:
        """What the span's tiles say of the nodes of each level that they fill."""
        level, new = 1, span.tiles
        while new:
            first = self._done.get(level, 0)
            yield from self._compare_level(level, first, new)
            self._done[level] = first + len(new)
            waiting = self._open.setdefault(level, [])
            waiting += new
            full = len(waiting) // WIDTH * WIDTH
            new = [root_of(waiting[start : start + WIDTH]) for start in range(0, full, WIDTH)]
            del waiting[:full]
            level += 1

    def surplus(self, size: int) -> Iterator[Damage]:
        """Nodes of subtrees that are not full at ``size`` entries in full tiles, and gaps."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(_COUNTS)
            for level, end, count in cursor.fetchall():
                if level < 1 or end > size >> level * HEIGHT or count != end:
                    yield Damage(Problem.NODE_CHANGED, None)

    def _compare_level(self, level: int, first: int, expected: list[bytes]) -> Iterator[Damage]:
        with connections[self._using].cursor() as cursor:
            cursor.execute(_STORED, [level, first, first + len(expected)])
            for index, stored in cursor.fetchall():
                if bytes(stored) != expected[index - first]:
                    yield Damage(Problem.NODE_CHANGED, index << level * HEIGHT)
                    return
