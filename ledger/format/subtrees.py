"""Proofs from stored subtree roots instead of all leaves: the hashes of C2SP's tlog-tiles.

A node of level L and index i is the root of the 256^L leaves from i * 256^L on; level 0 are the
leaf hashes. A tile is 256 consecutive nodes of one level. Nodes of full subtrees never change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.format.merkle import ProofRefused, node_hash, root_of

HEIGHT = 8
WIDTH = 1 << HEIGHT

# Level, first index, how many: those nodes in order.
Nodes = Callable[[int, int, int], Sequence[bytes]]


def inclusion_path(nodes: Nodes, *, index: int, size: int) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of the first ``size``, nearest sibling first.

    Asks ``nodes`` about log2(size) times, each time within one tile.
    """
    if not 0 <= index < size:
        raise ProofRefused(f"No leaf {index} in a tree of {size}.")
    path: list[bytes] = []
    start, count = 0, size
    while count > 1:
        split = 1 << (count - 1).bit_length() - 1
        if index - start < split:
            path.append(subtree_root(nodes, start=start + split, count=count - split))
            count = split
        else:
            path.append(subtree_root(nodes, start=start, count=split))
            start, count = start + split, count - split
    return path[::-1]


def consistency_path(nodes: Nodes, *, old_size: int, new_size: int) -> list[bytes]:
    """The proof that the tree of the first ``old_size`` is a prefix of that of ``new_size``.

    RFC 6962, section 2.1.2; refuses (`ProofRefused`) an empty or a larger old tree.
    """
    if not 0 < old_size <= new_size:
        raise ProofRefused(f"No prefix of {old_size} in a tree of {new_size}.")
    path: list[bytes] = []
    start, count, old, is_whole = 0, new_size, old_size, True
    while old != count:
        split = 1 << (count - 1).bit_length() - 1
        if old <= split:
            path.append(subtree_root(nodes, start=start + split, count=count - split))
            count = split
        else:
            path.append(subtree_root(nodes, start=start, count=split))
            start, count, old, is_whole = start + split, count - split, old - split, False
    if not is_whole:
        path.append(subtree_root(nodes, start=start, count=count))
    return path[::-1]


def subtree_root(nodes: Nodes, *, start: int, count: int) -> bytes:
    """The tree head of ``count`` leaves from ``start`` on, where a subtree of the tree begins."""
    split = 1 << count.bit_length() - 1
    level, rest = divmod(split.bit_length() - 1, HEIGHT)
    root = root_of(nodes(level, start >> level * HEIGHT, 1 << rest))
    if split == count:
        return root
    return node_hash(root, subtree_root(nodes, start=start + split, count=count - split))
