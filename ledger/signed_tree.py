"""The tree of entries that were hashed before, from stored hashes, held against a signed root."""

from __future__ import annotations

from functools import partial

from django.db import connections

from ledger.format.merkle import Frontier, root_of
from ledger.format.notes import Checkpoint
from ledger.format.subtrees import HEIGHT, WIDTH, subtree_root
from ledger.nodes import nodes


def signed_tree(checkpoint: Checkpoint, *, using: str = "default") -> Frontier | None:
    """The full tiles below ``checkpoint``; None if what is stored gives another root.

    At least one entry that the checkpoint covers lies behind them. Reads a tile a level.
    """
    first = (checkpoint.size - 1) // WIDTH * WIDTH
    tree = Frontier()
    with connections[using].cursor() as cursor:
        stored = partial(nodes, cursor)
        for height in range(first.bit_length() - 1, HEIGHT - 1, -1):
            if leaves := first & 1 << height:
                root = subtree_root(stored, start=tree.size, count=leaves)
                tree.append_subtree(root, leaves)
        open_tile = stored(0, first, checkpoint.size - first)
    return tree if tree.root_with(root_of(open_tile)) == checkpoint.root else None
