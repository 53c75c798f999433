"""Does a receipt that carries our own valid signature say something else than our ledger?"""

from __future__ import annotations

from ledger.proofs import note_at
from ledger.queries import entry
from portal.oversight.receipt_check import Examination, Stage


def contradicts_ledger(found: Examination) -> bool:
    """Whether the log's key signed what isn't in the ledger: another entry, or another state.

    A receipt whose own log signature doesn't hold says nothing about the ledger.
    """
    if not found.has_passed(Stage.LOG) or found.receipt is None or found.checkpoint is None:
        return False
    stored = entry(found.receipt.seq)
    if stored is None or stored.entry.body != found.receipt.body:
        return True
    note = note_at(found.checkpoint.size)
    return note is None or not note.startswith(f"{found.checkpoint.text()}\n")
