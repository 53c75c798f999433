"""A firm's records for a range of months, in pages, with a word on every month without any."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from portal.core.months import Month, months_between
from portal.sandbox.taxauthority.models import Direction, Firm, Packet
from portal.sandbox.taxauthority.records.calendar import moved
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.packing import unpack

PAGE_SIZE = 5_000
NOT_FILED, NOT_CONFIRMED = "not_filed", "provider_omitted"


def as_of_month(firm: Firm) -> Month | None:
    """The last month that is served, after any shift of the firm's dates."""
    if firm.as_of_month is None:
        return None
    return Month.of(firm.as_of_month) + firm.shift_months


def months_without(firm: Firm, first: Month, last: Month) -> dict[str, str]:
    """Months of the range that have no record, each with the reason."""
    confirmed = as_of_month(firm)
    held = Packet.objects.filter(firm=firm).values_list("month", flat=True).distinct()
    with_records = {Month.of(month) + firm.shift_months for month in held}
    reasons = {}
    for month in months_between(first, last):
        if confirmed is None or month > confirmed:
            reasons[str(month)] = NOT_CONFIRMED
        elif month not in with_records:
            reasons[str(month)] = NOT_FILED
    return reasons


def pages(firm: Firm, first: Month, last: Month) -> Iterator[tuple[int, bytes]]:
    """Number of records and JSON bytes of each page; at least one page, be it empty."""
    records = _records(firm, first, last)
    page = list(islice(records, PAGE_SIZE))
    while True:
        body = {"records": page}
        yield len(page), json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        page = list(islice(records, PAGE_SIZE))
        if not page:
            return


def _records(firm: Firm, first: Month, last: Month) -> Iterator[dict[str, Any]]:
    confirmed = as_of_month(firm)
    if confirmed is None:
        return
    shift = firm.shift_months
    packets = Packet.objects.filter(
        firm=firm,
        month__gte=(first - shift).first,
        month__lte=(min(last, confirmed) - shift).first,
    ).order_by("month", "direction")
    for packet in packets.iterator(chunk_size=24):
        direction = Direction(packet.direction).label
        yield from _wire_records(direction, unpack(bytes(packet.content)), shift)


def _wire_records(direction: str, lines: list[str], shift: int) -> Iterator[dict[str, Any]]:
    """Records as they travel; the occurrence counts equal records from 1."""
    seen: Counter[str] = Counter()
    for line in lines:
        issued_on, rest = moved(line[:10], shift), line[10:]
        seen[issued_on + rest] += 1
        invoice = Invoice.from_line(issued_on + rest)
        yield {
            "direction": direction,
            "number": invoice.number,
            "issued_on": invoice.issued_on,
            "counterparty": invoice.counterparty,
            "net_fen": invoice.net_fen,
            "vat_fen": invoice.vat_fen,
            "gross_fen": invoice.gross_fen,
            "void": invoice.is_void,
            "occurrence": seen[issued_on + rest],
        }
