"""Whether the tax authority's own records have an invoice, and say the same of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from portal.invoices.reading.invoice import EInvoice

_SHORT: Final = 8


class Comparison(StrEnum):
    """How an invoice compares with the records that the bank may use under its consent."""

    WAITING = "waiting"
    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_IN_RECORDS = "not_in_records"
    VOID_IN_RECORDS = "void_in_records"
    NOT_COVERED = "not_covered"
    CONSENT_USED = "consent_used"
    NOT_COMPARED = "not_compared"


def compared(invoice: EInvoice, records: Iterable[Mapping[str, Any]], *, side: str) -> Comparison:
    """What the month's records (as they were sent, JSON members) say of an invoice.

    Number, side, date and all three amounts have to agree. Records of older invoices know a short
    number only: then the twenty digits have to end in it.
    """
    found = [
        record
        for record in records
        if record["direction"] == side and _is_number_of(str(record["number"]), invoice)
    ]
    same = [record for record in found if _says(record) == _stated(invoice)]
    if not same:
        return Comparison.DIFFERS if found else Comparison.NOT_IN_RECORDS
    return Comparison.VOID_IN_RECORDS if same[0]["void"] else Comparison.AGREES


def _is_number_of(number: str, invoice: EInvoice) -> bool:
    if len(number) > _SHORT:
        return number == invoice.number
    return invoice.number.endswith(number.zfill(_SHORT))


def _stated(invoice: EInvoice) -> tuple[str, int, int, int]:
    return (
        invoice.issued_on.isoformat(),
        invoice.net_fen,
        invoice.tax_fen,
        invoice.gross_fen,
    )


def _says(record: Mapping[str, Any]) -> tuple[str, int, int, int]:
    return record["issued_on"], record["net_fen"], record["vat_fen"], record["gross_fen"]
