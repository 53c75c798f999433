"""What is held of a firm in one category: which months have records, and the records themselves."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from portal.core.months import Month, months_between
from portal.sandbox.taxauthority.models import Direction, Firm, Packet, TaxFiling
from portal.sandbox.taxauthority.records.calendar import moved
from portal.sandbox.taxauthority.records.filings import CATEGORIES, TAX_RATING, VAT_INVOICES
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.packing import unpack
from portal.sandbox.taxauthority.serving.consent import ServingRefused
from portal.sandbox.taxauthority.store.firms import served_as_of

NOT_FILED, OMITTED, NOT_COVERED = "not_filed", "provider_omitted", "not_covered"
Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A month's records: how many, and a word that stays the same as long as they do."""

    records: int
    version: str


class Holdings(Protocol):
    """One category of one firm, within the months of a consent."""

    def held(self) -> dict[Month, Held]:
        """Months with records, kept with the last month of their period."""

    def without(self, month: Month) -> dict[str, str]:
        """Why a month has no record: ``{"missing": cause}`` or ``{"within": later month}``."""

    def records(self, first: Month, last: Month) -> Iterator[Wire]:
        """Records as they travel, in the order of their months."""


def holdings_of(firm: Firm, category: str, first: Month, last: Month) -> Holdings:
    """What may be served for these months; refuses (not_available) what isn't held at all.

    Nothing after the last confirmed month is served.
    """
    if firm.as_of_month is None:
        raise ServingRefused(
            "The firm has filed nothing yet.", code="not_available", cause=NOT_FILED
        )
    if category == VAT_INVOICES:
        return Invoices(firm, first, last)
    if (
        category not in CATEGORIES
        or not TaxFiling.objects.filter(firm=firm, category=category).exists()
    ):
        raise ServingRefused(
            f"The authority holds no {category} of this firm.", code="not_available", cause=OMITTED
        )
    return Filings(firm, category, first, last)


class Invoices:
    """VAT invoices, out of the packets of each month."""

    def __init__(self, firm: Firm, first: Month, last: Month) -> None:
        self._firm, self._shift = firm, firm.shift_months
        self._first, self._last = first, min(last, served_as_of(firm))
        self._confirmed = served_as_of(firm)

    def held(self) -> dict[Month, Held]:
        packets = self._packets(self._first, self._last).values_list("month", "rows", "digest")
        found = {}
        for day, month in groupby(packets, key=lambda packet: packet[0]):
            rows = list(month)
            content = b"".join(bytes(packed) for _, _, packed in rows)
            version = hashlib.sha256(content + str(self._shift).encode()).hexdigest()
            total = sum(count for _, count, _ in rows)
            found[Month.of(day) + self._shift] = Held(total, version)
        return found

    def without(self, month: Month) -> dict[str, str]:
        return {"missing": OMITTED if month > self._confirmed else NOT_FILED}

    def records(self, first: Month, last: Month) -> Iterator[Wire]:
        packets = self._packets(max(first, self._first), min(last, self._last))
        for packet in packets.iterator(chunk_size=2):
            direction = Direction(packet.direction).label
            yield from _invoices(direction, unpack(bytes(packet.content)), self._shift)

    def _packets(self, first: Month, last: Month) -> Any:
        return Packet.objects.filter(
            firm=self._firm,
            month__gte=(first - self._shift).first,
            month__lte=(last - self._shift).first,
        ).order_by("month", "direction")


class Filings:
    """Returns or ratings. A period is served whole, or not at all."""

    def __init__(self, firm: Firm, category: str, first: Month, last: Month) -> None:
        self._confirmed = served_as_of(firm)
        self._cause = OMITTED if category == TAX_RATING else NOT_FILED
        every = TaxFiling.objects.filter(
            firm=firm, category=category, last_month__lte=self._confirmed.first
        ).order_by("last_month", "kind")
        self._served = [
            filing
            for filing in every
            if first.first <= filing.first_month and filing.last_month <= last.first
        ]
        served = {filing.id for filing in self._served}
        self._cut = [filing for filing in every if filing.id not in served]

    def held(self) -> dict[Month, Held]:
        found = {}
        for day, month in groupby(self._served, key=lambda filing: filing.last_month):
            contents = [filing.content for filing in month]
            raw = json.dumps(contents, sort_keys=True).encode()
            found[Month.of(day)] = Held(len(contents), hashlib.sha256(raw).hexdigest())
        return found

    def without(self, month: Month) -> dict[str, str]:
        for filing in self._served:
            if filing.first_month <= month.first < filing.last_month:
                return {"within": str(Month.of(filing.last_month))}
        if any(cut.first_month <= month.first <= cut.last_month for cut in self._cut):
            return {"missing": NOT_COVERED}
        return {"missing": OMITTED if month > self._confirmed else self._cause}

    def records(self, first: Month, last: Month) -> Iterator[Wire]:
        for filing in self._served:
            if first.first <= filing.last_month <= last.first:
                yield dict(filing.content)


def months_of(holdings: Holdings, first: Month, last: Month) -> dict[str, dict[str, str | int]]:
    """Every month of the consent, with the number of its records or the reason for having none."""
    held = holdings.held()
    return {
        str(month): {"records": held[month].records, "version": held[month].version}
        if month in held
        else dict(holdings.without(month))
        for month in months_between(first, last)
    }


def _invoices(direction: str, lines: list[str], shift: int) -> Iterator[Wire]:
    """Invoices as they travel; the occurrence counts equal ones from 1."""
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
