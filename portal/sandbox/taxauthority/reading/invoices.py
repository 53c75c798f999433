"""Reading one table of invoices into packed months, at several hundred thousand rows a second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from portal.sandbox.taxauthority.reading.cells import VOID_STATES, Amounts, Dates
from portal.sandbox.taxauthority.reading.columns import (
    INVOICE_COLUMNS,
    Layout,
    layout_of,
)
from portal.sandbox.taxauthority.reading.lines import UNREADABLE
from portal.sandbox.taxauthority.reading.refusals import Refusal, TooManyRefusals
from portal.sandbox.taxauthority.reading.sources import Source
from portal.sandbox.taxauthority.reading.tables import Table
from portal.sandbox.taxauthority.records.invoice import FIELD_LIMIT
from portal.sandbox.taxauthority.records.packing import Packed, pack
from portal.sandbox.taxauthority.records.usccs import uscc_for

MAX_REFUSALS = 20_000
_HELD_ROWS = 100_000
_REPORT_EVERY = 16_384

Buffer = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Part:
    """Invoices of one company and month out of one source; more parts of it may follow."""

    code: str
    month: str
    packed: Packed


@dataclass
class Reading:
    """All that one source said: rows = accepted + refused; remarks count oddities kept."""

    source: Source
    rows: int = 0
    accepted: int = 0
    newest: str = ""
    parts: list[Part] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)


def read_invoices(
    source: Source,
    *,
    known: frozenset[str],
    today: date,
    progress: Callable[[int], None] = lambda rows: None,
) -> Reading:
    """Read a whole source. Row troubles are collected; a damaged file raises FileRefused."""
    reading = Reading(source)
    with source.open() as table:
        layout = layout_of(table.file, table.heading, INVOICE_COLUMNS)
        _InvoiceTable(table, layout, known, today).read_into(reading, progress)
    reading.remarks.update(table.remarks)
    return reading


class _InvoiceTable:
    def __init__(self, table: Table, layout: Layout, known: frozenset[str], today: date) -> None:
        self.table = table
        self.layout = layout
        self.known = known
        self.dates = Dates(today)
        self.amounts = Amounts()
        self.remarks: Counter[str] = Counter()
        self._pick = itemgetter(*layout.positions)
        self._width = len(layout.headings)

    def read_into(self, reading: Reading, progress: Callable[[int], None]) -> None:
        buffer: Buffer = {}
        held = 0
        for code, month, line in self._accepted(reading, progress):
            months = buffer.get(code)
            if months is None:
                months = buffer[code] = {}
            lines = months.get(month)
            if lines is None:
                months[month] = [line]
            else:
                lines.append(line)
            held += 1
            if held >= _HELD_ROWS:
                _pack_into(reading, buffer)
                buffer, held = {}, 0
        _pack_into(reading, buffer)
        reading.remarks.update(self.remarks)

    def _accepted(
        self, reading: Reading, progress: Callable[[int], None]
    ) -> Iterator[tuple[str, str, str]]:
        rows = 0
        for row in self.table.rows:
            rows += 1
            if not rows % _REPORT_EVERY:
                progress(rows)
            try:
                yield self._taken(row)
            except (ValueError, KeyError, IndexError):
                taken = self._second_look(reading, row)
                if taken is not None:
                    yield taken
        progress(rows)
        reading.rows = rows
        reading.accepted = rows - len(reading.refusals)

    def _taken(self, row: list[str]) -> tuple[str, str, str]:
        """Company, month and packet line; raises, without saying why, for anything unusual."""
        code, number, when, party, net_text, vat_text, gross_text, state = self._pick(row)
        day = self.dates[when]
        amounts = self.amounts
        net, vat, gross = amounts[net_text], amounts[vat_text], amounts[gross_text]
        void = VOID_STATES[state]
        if len(row) != self._width or code not in self.known or not (number + party).isprintable():
            raise ValueError
        if not (0 < len(number) <= FIELD_LIMIT and 0 < len(party) <= FIELD_LIMIT):
            raise ValueError
        if not -2 < net + vat - gross < 2 or net * vat < 0 or (void and not gross):
            self._remark(net, vat, gross)
        return (
            code,
            day[:7],
            f"{day}\t{number}\t{party}\t{net}\t{vat}\t{gross}\t{void:d}",
        )

    def _remark(self, net: int, vat: int, gross: int) -> None:
        if abs(net + vat - gross) > 1:
            self.remarks["net_and_vat_differ_from_gross"] += 1
        if net * vat < 0:
            self.remarks["vat_of_the_wrong_sign"] += 1
        if not gross:
            self.remarks["void_of_zero_amount"] += 1

    def _second_look(self, reading: Reading, row: list[str]) -> tuple[str, str, str] | None:
        """Try again without blanks around the cells; then note which cell is unusable and why."""
        cells = [cell.strip() for cell in row]
        while len(cells) > self._width and not cells[-1]:
            cells.pop()
        try:
            return self._taken(cells)
        except (ValueError, KeyError, IndexError):
            column, value, reason = self._trouble(cells)
        file = reading.source.label
        reading.refusals.append(Refusal(file, self.table.row, column, value, reason))
        if len(reading.refusals) >= MAX_REFUSALS:
            raise TooManyRefusals(file, reading.refusals)
        return None

    def _trouble(self, cells: list[str]) -> tuple[str, str, str]:
        if len(cells) != self._width:
            at = min(len(cells), self._width - 1)
            reason = f"the row has {len(cells)} columns, the heading {self._width}"
            return self.layout.headings[at], "", reason
        checks = (self._company, _name, self.dates.__getitem__, _name) + (
            self.amounts.__getitem__,
        ) * 3
        for field_no, check in enumerate((*checks, _state)):
            value = cells[self.layout.positions[field_no]]
            if UNREADABLE in value:
                reason = "bytes that are neither UTF-8 nor GB18030"
                return self.layout.heading(field_no), value.replace(UNREADABLE, "?"), reason
            try:
                check(value)
            except ValueError as error:
                return self.layout.heading(field_no), value, str(error)
        raise AssertionError(f"row {self.table.row} was refused without a reason")

    def _company(self, code: str) -> None:
        if code not in self.known:
            uscc_for(code)
            raise ValueError("the company is in no list of companies")


def _name(value: str) -> None:
    if not value:
        raise ValueError("the cell is empty")
    if not value.isprintable():
        raise ValueError("the cell holds control characters")
    if len(value) > FIELD_LIMIT:
        raise ValueError(f"the cell is longer than {FIELD_LIMIT} characters")


def _state(value: str) -> None:
    if value not in VOID_STATES:
        raise ValueError("neither valid (有效发票, False) nor void (作废发票, True)")


def _pack_into(reading: Reading, buffer: Buffer) -> None:
    for code, months in buffer.items():
        for month, lines in months.items():
            if month >= reading.newest[:7]:
                reading.newest = max(reading.newest, max(lines)[:10])
            reading.remarks["exact_repeats"] += len(lines) - len(set(lines))
            reading.parts.append(Part(code, month, pack(lines)))
