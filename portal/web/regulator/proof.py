"""An entry's proof as its page shows it: the receipt, looked at step by step, and its tree."""

from __future__ import annotations

from typing import Any

from ledger.keys import policy
from ledger.queries import Entry
from portal.oversight.receipt_check import examine
from portal.oversight.receipts import receipt_if_sound
from portal.web.proof_tree import proof_tree
from portal.web.receipt_steps import steps_of


def proof_context(entry: Entry) -> dict[str, Any]:
    """What the page needs; without ``examination`` while nothing signed covers the entry."""
    receipt, is_sound = receipt_if_sound(entry)
    if receipt is None:
        return {"is_sound": is_sound}
    examination = examine(receipt.text(), policy())
    size = examination.checkpoint.size if examination.checkpoint else 0
    return {
        "is_sound": is_sound,
        "examination": examination,
        "steps": list(steps_of(examination)),
        "trees": proof_tree(receipt, size),
    }
