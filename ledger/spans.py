"""A walk along some of the entries that re-hashes every body; stored hashes are only compared with.

Spans begin at a full tile, so that several processes can walk at once and their tiles, put side by
side, give the tree.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connections

from ledger.format.chain import START, links_after
from ledger.format.merkle import Frontier, leaf_hashes, perfect_root
from ledger.format.subtrees import WIDTH
from ledger.stored import StoredBlock, stored_blocks, stored_link

LENGTH = 1024 * WIDTH


class Problem(StrEnum):
    """What can be wrong, at the first entry where it shows. Words are in `ledger.words`."""

    BODY_CHANGED = "body_changed"
    LINK_CHANGED = "link_changed"
    EVENT_ID_CHANGED = "event_id_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_REPEATED = "entry_repeated"
    TAIL_MISSING = "tail_missing"
    ROOT_CHANGED = "root_changed"
    CHECKPOINT_CHANGED = "checkpoint_changed"
    CHECKPOINT_MISSING = "checkpoint_missing"
    NODE_CHANGED = "node_changed"
    COSIGNATURE_CHANGED = "cosignature_changed"
    QUORUM_MISSING = "quorum_missing"


@dataclass(frozen=True)
class Damage:
    """A problem, and the entry where it shows first (None: it can't be located)."""

    problem: Problem
    seq: int | None


@dataclass
class Span:
    """What holds from entry ``first`` on: up to ``size``, where ``damage`` stops the walk.

    ``tiles`` are the roots of the full tiles, ``partials`` those of the open tile at each of the
    sizes that were asked for. ``before`` is the link that the walk began with.
    """

    first: int
    before: bytes
    size: int = 0
    link: bytes = START
    damage: Damage | None = None
    tiles: list[bytes] = field(default_factory=list)
    partials: dict[int, bytes] = field(default_factory=dict)


def span_starts(using: str = "default") -> list[int]:
    """Where spans of the ledger begin; the last has no end, so that nothing behind it is missed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM ledger.entry")
        ((last,),) = cursor.fetchall()
    return list(range(0, last + 1, LENGTH))


def walk_span(
    first: int, end: int | None, *, sizes: Iterable[int] = (), using: str = "default"
) -> Span:
    """Re-hash the entries from ``first`` to before ``end``; ``sizes``: where tree heads are wanted.

    Stops at the first damage. A span with an end that has fewer entries lacks one.
    """
    before = START if first == 0 else stored_link(first - 1, using=using) or b""
    walk = _Walk(Span(first, before, size=first, link=before), deque(sorted(sizes)))
    with closing(stored_blocks(using, first=first or None, end=end)) as blocks:
        for block in blocks:
            if walk.take(block):
                break
    span = walk.ended()
    if end is not None and span.damage is None and span.size < end:
        span.damage = Damage(Problem.ENTRY_MISSING, span.size)
    return span


@dataclass
class _Walk:
    span: Span
    sizes: deque[int]
    _open: list[bytes] = field(default_factory=list)

    def take(self, block: StoredBlock) -> Damage | None:
        """Go one block further; stops before the first entry that doesn't hold."""
        span = self.span
        leaves = leaf_hashes(block.bodies)
        links = links_after(span.link, leaves)
        expected = range(span.size, span.size + len(leaves))
        if list(expected) == block.seqs and leaves == block.leaves and links == block.links:
            found = _first_misfiled(block)
        else:
            found = _first_damaged(block, leaves, links, span.size)
        holds = len(leaves) if found is None else found[0]
        self._open += leaves[:holds]
        if holds:
            span.link = links[holds - 1]
        span.size += holds
        if found is not None:
            span.damage = Damage(found[1], span.size)
        self._close_tiles()
        return span.damage

    def ended(self) -> Span:
        """The span, with the heads of its open tile."""
        self._note_heads(self._open, self.span.size - len(self._open))
        return self.span

    def _close_tiles(self) -> None:
        full = len(self._open) // WIDTH * WIDTH
        base = self.span.size - len(self._open)
        for start in range(0, full, WIDTH):
            leaves = self._open[start : start + WIDTH]
            self._note_heads(leaves, base + start)
            self.span.tiles.append(perfect_root(leaves))
        del self._open[:full]

    def _note_heads(self, leaves: Sequence[bytes], first: int) -> None:
        """Heads of the tile that begins with entry ``first``, at the sizes that end within it."""
        tile = Frontier()
        while self.sizes and self.sizes[0] <= first + len(leaves):
            size = self.sizes.popleft()
            if size > first:
                tile.extend(leaves[tile.size : size - first])
                self.span.partials[size] = tile.root()


def _first_damaged(
    block: StoredBlock, leaves: Sequence[bytes], links: Sequence[bytes], first: int
) -> tuple[int, Problem]:
    """The index of the first entry that doesn't hold; the caller knows that there is one."""
    for index, seq in enumerate(block.seqs):
        if seq != first + index:
            missing = seq > first + index
            return index, Problem.ENTRY_MISSING if missing else Problem.ENTRY_REPEATED
        if leaves[index] != block.leaves[index]:
            return index, Problem.BODY_CHANGED
        if links[index] != block.links[index]:
            return index, Problem.LINK_CHANGED
    raise AssertionError("A block that differs has an entry that differs.")


def _first_misfiled(block: StoredBlock) -> tuple[int, Problem] | None:
    """The index of the first row whose event_id column doesn't repeat its body.

    A canonical body holds the key once: quotes inside strings are escaped.
    """
    written = [body.partition(b'"event_id":"')[2][:36] for body in block.bodies]
    if written == block.event_ids:
        return None
    differs = (inside != beside for inside, beside in zip(written, block.event_ids, strict=True))
    return list(differs).index(True), Problem.EVENT_ID_CHANGED
