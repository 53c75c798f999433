"""Receipts for entries, from the stored hashes, in the smallest signed tree that holds them."""

from __future__ import annotations

from django.db import connections

from ledger.format.merkle import inclusion_proof
from ledger.format.receipt import Receipt
from ledger.queries import Entry


def is_signed_for(seq: int, *, using: str = "default") -> bool:
    """Whether a checkpoint covers entry ``seq``: its receipt can be had."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger.checkpoint WHERE size > %s)", [seq])
        ((is_covered,),) = cursor.fetchall()
    return bool(is_covered)


def receipt_of(entry: Entry, *, using: str = "default") -> Receipt | None:
    """The proof that the entry stands in the ledger; None until a checkpoint covers it.

    Reads as many leaf hashes as there were entries at the first checkpoint after this one.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT size, note FROM ledger.checkpoint WHERE size > %s ORDER BY size LIMIT 1",
            [entry.seq],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        size, note = row
        cursor.execute("SELECT leaf_hash FROM ledger.entry WHERE seq < %s ORDER BY seq", [size])
        leaves = [bytes(leaf) for (leaf,) in cursor.fetchall()]
    proof = inclusion_proof(leaves, entry.seq)
    return Receipt(seq=entry.seq, body=entry.body, proof=tuple(proof), checkpoint=note)
