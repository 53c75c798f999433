"""The static form of a tree, written from the first entry to the last in little memory."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ledger.format.merkle import EMPTY_ROOT, leaf_hashes, root_of
from ledger.format.subtrees import HEIGHT, WIDTH, subtree_root
from ledger.format.tiles import Tile, bundle_path, write_bundle


class TileWriter:
    """Writes bundles and tiles below ``folder``; holds at most 256 hashes of each level.

    Full tiles never change: a log that has grown is gone on with by `add_full`.
    """

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._folder = folder
        self._rows: list[list[bytes]] = [[]]  # the nodes of each level's last tile

    def add(self, bodies: Sequence[bytes]) -> None:
        """Write the next bundle; only the last may hold fewer than 256 entries."""
        index = self.size // WIDTH
        replace_file(self._folder / bundle_path(index, len(bodies)), write_bundle(bodies))
        leaves = leaf_hashes(bodies)
        replace_file(self._folder / Tile(0, index, len(bodies)).path, b"".join(leaves))
        self.size += len(bodies)
        if len(bodies) == WIDTH:
            self._add_node(root_of(leaves), level=1)
        else:
            self._rows[0] = leaves

    def add_full(self, node: bytes) -> None:
        """Take in a full bundle, written earlier, by its root."""
        self.size += WIDTH
        self._add_node(node, level=1)

    def finish(self) -> bytes:
        """Write the tiles that aren't full, and return the root."""
        for level, row in enumerate(self._rows):
            if row and level:
                self._write(level)
        return subtree_root(self._nodes, start=0, count=self.size) if self.size else EMPTY_ROOT

    def _add_node(self, node: bytes, *, level: int) -> None:
        if len(self._rows) == level:
            self._rows.append([])
        self._rows[level].append(node)
        if len(self._rows[level]) == WIDTH:
            self._write(level)
            row, self._rows[level] = self._rows[level], []
            self._add_node(root_of(row), level=level + 1)

    def _write(self, level: int) -> None:
        row = self._rows[level]
        index = (self.size - 1 >> HEIGHT * (level + 1)) if len(row) == WIDTH else self._full(level)
        replace_file(self._folder / Tile(level, index, len(row)).path, b"".join(row))

    def _full(self, level: int) -> int:
        """How many tiles of this level are full."""
        return self.size >> HEIGHT * (level + 1)

    def _nodes(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """Nodes of a last tile, the only ones that the root is put together from."""
        start = first - self._full(level) * WIDTH
        return self._rows[level][start : start + count]


def replace_file(path: Path, content: bytes) -> None:
    """Write a file anew: whoever reads it sees the old one whole, or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
