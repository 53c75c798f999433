"""Whether what an invoice says agrees with itself, with the calendar and with the firm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from portal.invoices.checking.capitals import says
from portal.invoices.reading.invoice import EInvoice, Line

_PERCENTS: Final = ("0", "1", "1.5", "3", "5", "6", "9", "10", "11", "13", "16", "17")
RATES: Final = frozenset(Decimal(percent) / 100 for percent in _PERCENTS)
LINE_TOLERANCE_FEN: Final = 1  # of a line's tax: programs round it differently


def content_problems(invoice: EInvoice, *, firm_uscc: str, today: date) -> tuple[str, ...]:
    """Codes of all that doesn't hold, each once, in the order in which they are told."""
    found = [
        *_identity_problems(invoice),
        *_date_problems(invoice, today),
        *_party_problems(invoice, firm_uscc),
        *_sum_problems(invoice),
    ]
    return tuple(dict.fromkeys(found))


def _identity_problems(invoice: EInvoice) -> Iterator[str]:
    if invoice.header_number != invoice.number:
        yield "numbers_differ"
    if invoice.number[:2] != f"{invoice.issued_on:%y}":
        yield "number_of_other_year"
    if not invoice.is_blue:
        yield "red_letter" if invoice.reverses else "red_letter_of_nothing"


def _date_problems(invoice: EInvoice, today: date) -> Iterator[str]:
    if invoice.requested_on != invoice.issued_on:
        yield "dates_differ"
    if invoice.issued_on > today:
        yield "in_future"
    if invoice.signature.at.date() < invoice.issued_on:
        yield "signed_before_issue"


def _party_problems(invoice: EInvoice, firm_uscc: str) -> Iterator[str]:
    if invoice.seller == invoice.buyer:
        yield "same_party"
    if firm_uscc not in {invoice.seller, invoice.buyer}:
        yield "other_firms"


def _sum_problems(invoice: EInvoice) -> Iterator[str]:
    for line in invoice.lines:
        yield from _line_problems(line)
    if sum(line.amount_fen for line in invoice.lines) != invoice.net_fen:
        yield "net_total"
    if sum(line.tax_fen for line in invoice.lines) != invoice.tax_fen:
        yield "tax_total"
    if invoice.net_fen + invoice.tax_fen != invoice.gross_fen:
        yield "gross_total"
    if invoice.capitals is not None and not says(invoice.capitals, invoice.gross_fen):
        yield "capitals_differ"
    if invoice.gross_fen == 0 or (invoice.gross_fen > 0) != invoice.is_blue:
        yield "wrong_sign"


def _line_problems(line: Line) -> Iterator[str]:
    if line.rate not in RATES:
        yield "no_such_rate"
    if abs(line.amount_fen * line.rate - line.tax_fen) > LINE_TOLERANCE_FEN:
        yield "line_tax"
    if line.gross_fen is not None and line.gross_fen != line.amount_fen + line.tax_fen:
        yield "line_total"
