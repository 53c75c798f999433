"""Receipts as files to download."""

from __future__ import annotations

from django.http import HttpResponse

from ledger.format.merkle import leaf_hash
from ledger.format.receipt import Receipt
from ledger.format.receipt_code import receipt_code

SUFFIX = "tlog-proof"


def file_name(receipt: Receipt) -> str:
    """``TB-48213-7F3K-Q2ZD.tlog-proof``."""
    return f"TB-{receipt_code(receipt.seq, leaf_hash(receipt.body))}.{SUFFIX}"


def receipt_response(receipt: Receipt) -> HttpResponse:
    """The file."""
    response = HttpResponse(receipt.text(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(receipt)}"'
    return response
