"""The Merkle tree of RFC 6962 (section 2.1; proofs as checked in RFC 9162, section 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


class ProofRefused(ValueError):
    """A proof of the wrong length, for impossible sizes, or leading to another root."""


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 ‖ body)."""
    return sha256(b"\0" + body).digest()


def leaf_hashes(bodies: Iterable[bytes]) -> list[bytes]:
    """The leaf hash of each body in turn."""
    return [sha256(b"\0" + body).digest() for body in bodies]


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees so far: at most log2(n) + 1 hashes stand for n leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def copy(self) -> Frontier:
        """An independent frontier of the same size."""
        twin = Frontier()
        twin.size, twin._peaks = self.size, list(self._peaks)
        return twin

    def append(self, leaf: bytes) -> None:
        """Take in the next leaf hash."""
        self._merge(leaf, 1)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Take in many leaf hashes in order, a whole level of the tree at a time."""
        first, self.size = self.size, self.size + len(leaves)
        level, smaller = list(leaves), []
        while level:
            if first & 1:
                level.insert(0, self._peaks.pop())
            if len(level) & 1:
                smaller.append(level.pop())
            level = _level_above(level)
            first >>= 1
        self._peaks += reversed(smaller)

    def append_subtree(self, root: bytes, leaves: int) -> None:
        """Take in the root of a perfect subtree; what is there ends where such a subtree may begin.

        ValueError elsewhere.
        """
        if self.size % leaves:
            raise ValueError(f"No subtree of {leaves} leaves begins at {self.size}.")
        self._merge(root, leaves)

    def root_with(self, right: bytes) -> bytes:
        """The tree head with a last subtree of at most as many leaves as the smallest peak."""
        root = right
        for peak in reversed(self._peaks):
            root = node_hash(peak, root)
        return root

    def _merge(self, peak: bytes, leaves: int) -> None:
        """Add a perfect subtree, merging every pair of equal height."""
        pairs = self.size // leaves
        while pairs & 1:
            peak = node_hash(self._peaks.pop(), peak)
            pairs >>= 1
        self._peaks.append(peak)
        self.size += leaves

    def root(self) -> bytes:
        """The tree head of the leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *others, last = self._peaks
        root = last
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


def perfect_root(level: Sequence[bytes]) -> bytes:
    """The root of a power of two of leaf hashes, faster than `root_of`."""
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """The parents of an even number of nodes."""
    pairs = zip(level[::2], level[1::2], strict=True)
    return [sha256(b"\1" + left + right).digest() for left, right in pairs]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The tree head of these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``leaves``, nearest sibling first."""
    if not 0 <= index < len(leaves):
        raise ProofRefused(f"No leaf {index} in a tree of {len(leaves)}.")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree of the first ``old_size`` leaves is a prefix of this one."""
    if not 0 < old_size <= len(leaves):
        raise ProofRefused(f"No prefix of {old_size} in a tree of {len(leaves)}.")
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        left = _subproof(leaves[:split], old_size, whole=whole)
        return [*left, root_of(leaves[split:])]
    right = _subproof(leaves[split:], old_size - split, whole=False)
    return [*right, root_of(leaves[:split])]


def check_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Refuse (`ProofRefused`) unless ``leaf`` is number ``index`` in the tree of this root."""
    _check_lengths(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofRefused(f"No leaf {index} in a tree of {size}.")
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused("The proof is too long.")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    _refuse_unless(last == 0 and computed == root, "The proof doesn't lead to this root.")


def check_consistency(
    *,
    old_size: int,
    old_root: bytes,
    new_size: int,
    new_root: bytes,
    proof: Sequence[bytes],
    start: int = 0,
) -> None:
    """Refuse (`ProofRefused`) unless the old tree is a prefix of the new one.

    With ``start``: unless the leaves from there up to ``old_size`` are a subtree of the new one,
    as draft-ietf-plants-merkle-tree-certs has it. A proof from the empty tree is refused, as
    transparency-dev does: it would say nothing.
    """
    check_subtree(start, old_size)
    _refuse_unless(old_size <= new_size, f"{old_size} leaves don't precede {new_size}.")
    if start == 0 and old_size == new_size:
        _refuse_unless(not proof and old_root == new_root, "One size, but two roots or a proof.")
        return
    _check_lengths(old_root, new_root, *proof)
    first, last, new_last = start, old_size - 1, new_size - 1
    while first != last and (last & 1 or last == new_last):
        first, last, new_last = first >> 1, last >> 1, new_last >> 1
    path = [old_root, *proof] if first == last else list(proof)
    _refuse_unless(bool(path), "The proof is empty.")
    _refuse_unless(_fold(path, first, last, new_last) == (old_root, new_root), "Other roots.")


def check_subtree(start: int, end: int) -> None:
    """Refuse (`ProofRefused`) unless the leaves from ``start`` up to ``end`` can have a root."""
    _refuse_unless(0 <= start < end, f"There are no leaves from {start} up to {end}.")
    width = 1 << (end - start - 1).bit_length()
    _refuse_unless(start % width == 0, f"No subtree begins at {start} and ends at {end}.")


def _fold(path: Sequence[bytes], first: int, last: int, new_last: int) -> tuple[bytes, bytes]:
    """The old and the new root that a consistency path leads to."""
    old = new = path[0]
    for sibling in path[1:]:
        if new_last == 0:
            raise ProofRefused("The proof is too long.")
        if last & 1 or last == new_last:
            old = node_hash(sibling, old) if first < last else old
            new = node_hash(sibling, new)
            while not last & 1 and last:
                first, last, new_last = first >> 1, last >> 1, new_last >> 1
        else:
            new = node_hash(new, sibling)
        first, last, new_last = first >> 1, last >> 1, new_last >> 1
    _refuse_unless(new_last == 0, "The proof is too short.")
    return old, new


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _check_lengths(*hashes: bytes) -> None:
    _refuse_unless(all(len(item) == 32 for item in hashes), "A hash has not its length.")


def _refuse_unless(holds: object, message: str) -> None:
    if not holds:
        raise ProofRefused(message)
