"""Stored roots of full subtrees: what makes a proof cost a tile a level, not the whole ledger.

They follow from the entries and are no evidence: each proof made from them is checked against the
signed root, and where they are missing the leaf hashes do.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from ledger.format.merkle import root_of
from ledger.format.subtrees import HEIGHT, WIDTH

# Subtrees closed in one batch: an old ledger gets its nodes over several batches.
MOST = 256
_STORED = """
    SELECT hash FROM ledger.node
    WHERE level = %s AND index >= %s AND index < %s ORDER BY index
"""
_LEAVES = "SELECT leaf_hash FROM ledger.entry WHERE seq >= %s AND seq < %s ORDER BY seq"
_KNOWN = "SELECT coalesce(max(index) + 1, 0) FROM ledger.node WHERE level = %s"
_ADD = """
    INSERT INTO ledger.node (level, index, hash)
    SELECT %s, * FROM unnest(%s::bigint[], %s::bytea[])
"""


def nodes(cursor: CursorWrapper, level: int, first: int, count: int) -> Sequence[bytes]:
    """``count`` nodes of a level; put together from the level below where they aren't stored."""
    if level == 0:
        cursor.execute(_LEAVES, [first, first + count])
    else:
        cursor.execute(_STORED, [level, first, first + count])
    found = [bytes(node) for (node,) in cursor.fetchall()]
    if level == 0 or len(found) == count:
        return found
    return [_closed(cursor, level, index) for index in range(first, first + count)]


def close_subtrees(cursor: CursorWrapper, *, size: int) -> None:
    """Store the roots of subtrees that are full at ``size`` entries, lowest level first."""
    level = 1
    while full := size >> level * HEIGHT:
        cursor.execute(_KNOWN, [level])
        known = cursor.fetchone()[0]
        new = range(known, min(full, known + MOST))
        if not new:
            return
        cursor.execute(_ADD, [level, list(new), [_closed(cursor, level, index) for index in new]])
        level += 1


def _closed(cursor: CursorWrapper, level: int, index: int) -> bytes:
    return root_of(nodes(cursor, level - 1, index * WIDTH, WIDTH))
