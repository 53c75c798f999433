"""Receipts for entries, from the stored hashes, in the smallest signed tree that holds them."""

from __future__ import annotations

from functools import partial

from django.db import connections

from ledger.format.merkle import ProofRefused, check_inclusion, leaf_hash
from ledger.format.receipt import Receipt, ReceiptRefused
from ledger.format.subtrees import inclusion_path
from ledger.nodes import nodes
from ledger.queries import Entry


def is_signed_for(seq: int, *, using: str = "default") -> bool:
    """Whether a checkpoint covers entry ``seq``: its receipt can be had."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger.checkpoint WHERE size > %s)", [seq])
        ((is_covered,),) = cursor.fetchall()
    return bool(is_covered)


def receipt_of(entry: Entry, *, using: str = "default") -> Receipt | None:
    """The proof that the entry stands in the ledger; None until a checkpoint covers it.

    Reads at most two tiles of 256 hashes a level. Refuses (ReceiptRefused) to give out a proof
    that doesn't lead to the signed root: the stored hashes are then not those that were signed.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT size, root, note FROM ledger.checkpoint WHERE size > %s ORDER BY size LIMIT 1",
            [entry.seq],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        size, root, note = row
        path = inclusion_path(partial(nodes, cursor), index=entry.seq, size=size)
    try:
        check_inclusion(
            index=entry.seq, size=size, leaf=leaf_hash(entry.body), proof=path, root=bytes(root)
        )
    except ProofRefused as error:
        raise ReceiptRefused(str(error)) from error
    return Receipt(seq=entry.seq, body=entry.body, proof=tuple(path), checkpoint=note)
