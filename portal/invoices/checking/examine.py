"""One uploaded file, from bytes to what is known of it without asking anybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from joserfc.jwk import KeySet

from portal.invoices.checking.content import content_problems
from portal.invoices.checking.signature import signature_problem
from portal.invoices.reading.document import read_document
from portal.invoices.reading.invoice import EInvoice, invoice_in
from portal.invoices.reading.refusals import Unreadable


@dataclass(frozen=True, slots=True)
class Examined:
    """``invoice`` is None when the file is none; ``place`` then says where reading stopped.

    ``codes`` are all the reasons to refuse it, the weightiest first; none when all holds.
    """

    sha256: str
    invoice: EInvoice | None
    codes: tuple[str, ...]
    place: str = ""


def examine(data: bytes, *, keys: KeySet, firm_uscc: str, today: date) -> Examined:
    """Read a file and check form, signature, dates, parties and sums; never raises."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        root = read_document(data)
        invoice = invoice_in(root)
    except Unreadable as error:
        return Examined(sha256, None, (error.code,), error.place)
    forged = signature_problem(root, invoice.signature, keys)
    if forged is not None:
        # What somebody else may have written needs no further judging.
        return Examined(sha256, invoice, (forged,))
    return Examined(sha256, invoice, content_problems(invoice, firm_uscc=firm_uscc, today=today))
