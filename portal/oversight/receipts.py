"""Receipts given out; a ledger that can't give one it should opens an incident."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ledger.format.receipt import Receipt, ReceiptRefused
from ledger.proofs import receipt_of
from ledger.queries import Entry
from ledger.receipt_batches import receipts_of
from portal.core.actor import SystemActor
from portal.core.errors import NotFound, RuleBroken
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident

THIS_PAGE = SystemActor("page")


def receipt_if_sound(entry: Entry) -> tuple[Receipt | None, bool]:
    """The entry's receipt, None while nothing signed covers it; and whether the ledger is sound.

    Where the stored hashes no longer lead to the signed root there is no receipt, and an incident
    is opened.
    """
    try:
        return receipt_of(entry), True
    except ReceiptRefused:
        open_incident(THIS_PAGE, cause=Cause.PROOF, place=entry.seq)
        return None, False


def receipt_if_signed(entry: Entry) -> Receipt | None:
    """The entry's receipt; None while nothing signed covers it.

    Refuses (RuleBroken, ledger_altered) where the ledger's rows are no longer those signed.
    """
    receipt, is_sound = receipt_if_sound(entry)
    if not is_sound:
        raise RuleBroken(
            _(
                "The stored ledger no longer leads to the state that was signed, so this proves "
                "nothing. The regulator's ledger page shows the first entry that was changed."
            ),
            code="ledger_altered",
        )
    return receipt


def receipts_if_signed(entries: Sequence[Entry]) -> list[Receipt]:
    """As `receipt_if_signed` for each of many; those that aren't signed are left out."""
    try:
        return receipts_of(entries)
    except ReceiptRefused:
        # One by one, so that the incident names the entry.
        found = [receipt_if_signed(entry) for entry in entries]
        return [receipt for receipt in found if receipt is not None]


def receipt_to_give(entry: Entry) -> Receipt:
    """As `receipt_if_signed`; refuses (NotFound) while it isn't signed."""
    receipt = receipt_if_signed(entry)
    if receipt is None:
        raise NotFound(code="receipt_not_yet")
    return receipt
