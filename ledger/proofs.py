"""Receipts for entries and proofs between checkpoints, from the stored hashes.

Nothing stored is believed: a proof that doesn't lead to the signed root is never given out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import connections
from django.db.backends.utils import CursorWrapper

from ledger.format.merkle import ProofRefused, check_consistency, check_inclusion, leaf_hash
from ledger.format.notes import add_lines
from ledger.format.receipt import Receipt, ReceiptRefused
from ledger.format.subtrees import consistency_path, inclusion_path
from ledger.nodes import nodes
from ledger.queries import Entry

# The first witnessed state that covers an entry; before there is one, the first signed state.
_COVERING = """
SELECT size, root, note FROM ledger.checkpoint WHERE size = coalesce(
  (SELECT size FROM ledger.witnessed JOIN ledger.checkpoint USING (size)
    WHERE size > %(seq)s ORDER BY size LIMIT 1),
  (SELECT min(size) FROM ledger.checkpoint WHERE size > %(seq)s))
"""
_LINES = "SELECT line FROM ledger.cosignature WHERE size = %s ORDER BY witness"


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the ledger of ``new_size`` entries begins with that of ``old_size``: both signed."""

    old_size: int
    old_root: bytes
    new_size: int
    new_root: bytes
    path: tuple[bytes, ...]


def is_signed_for(seq: int, *, using: str = "default") -> bool:
    """Whether a checkpoint covers entry ``seq``: its receipt can be had."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger.checkpoint WHERE size > %s)", [seq])
        ((is_covered,),) = cursor.fetchall()
    return bool(is_covered)


def receipt_of(entry: Entry, *, using: str = "default") -> Receipt | None:
    """The proof that the entry stands in the ledger; None until a checkpoint covers it.

    Carries the cosignatures there are. Reads at most two tiles of 256 hashes a level. Refuses
    (ReceiptRefused) to give out a proof that doesn't lead to the signed root: the stored hashes
    are then not those that were signed.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_COVERING, {"seq": entry.seq})
        row = cursor.fetchone()
        if row is None:
            return None
        size, root, note = row
        path = inclusion_path(partial(nodes, cursor), index=entry.seq, size=size)
        lines = _cosignatures(cursor, size)
    try:
        check_inclusion(
            index=entry.seq, size=size, leaf=leaf_hash(entry.body), proof=path, root=bytes(root)
        )
    except ProofRefused as error:
        raise ReceiptRefused(str(error)) from error
    return Receipt(
        seq=entry.seq, body=entry.body, proof=tuple(path), checkpoint=add_lines(note, lines)
    )


def note_at(size: int, *, using: str = "default") -> str | None:
    """The checkpoint of ``size`` with the cosignatures it has; None where none was signed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT note FROM ledger.checkpoint WHERE size = %s", [size])
        row = cursor.fetchone()
        return None if row is None else add_lines(row[0], _cosignatures(cursor, size))


def consistency_between(
    old_size: int, new_size: int, *, using: str = "default"
) -> Consistency | None:
    """The proof between two checkpoints; None where one of the sizes was never signed.

    Refuses (ProofRefused) when the newer one doesn't begin with the older one, or the stored
    hashes don't lead to the signed roots.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT size, root FROM ledger.checkpoint WHERE size IN (%s, %s)", [old_size, new_size]
        )
        roots = {size: bytes(root) for size, root in cursor.fetchall()}
        if roots.keys() != {old_size, new_size}:
            return None
        path = consistency_path(partial(nodes, cursor), old_size=old_size, new_size=new_size)
    found = Consistency(old_size, roots[old_size], new_size, roots[new_size], tuple(path))
    check_consistency(
        old_size=old_size,
        old_root=found.old_root,
        new_size=new_size,
        new_root=found.new_root,
        proof=path,
    )
    return found


def _cosignatures(cursor: CursorWrapper, size: int) -> Sequence[str]:
    cursor.execute(_LINES, [size])
    return [line for (line,) in cursor.fetchall()]
