"""Reading one table of invoices into packed months, a hundred thousand rows a second and more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from operator import itemgetter

from portal.sandbox.taxauthority.reading.cells import VOID_STATES, Dates, amount_fen, amounts_fen
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
_HELD_ROWS = 65_536
_BATCH = 128

Buffer = defaultdict[tuple[str, str], list[str]]
Taken = tuple[str, str, str]


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
        self.remarks: Counter[str] = Counter()
        self._pick = itemgetter(*layout.positions)
        self._width = len(layout.headings)

    def read_into(self, reading: Reading, progress: Callable[[int], None]) -> None:
        buffer: Buffer = defaultdict(list)
        held = 0
        for batch in self._batches():
            for code, month, line in self._accepted(reading, batch):
                buffer[code, month].append(line)
            reading.rows += len(batch)
            held += len(batch)
            if held >= _HELD_ROWS:
                _pack_into(reading, buffer)
                progress(reading.rows)
                held = 0
        _pack_into(reading, buffer)
        progress(reading.rows)
        reading.accepted = reading.rows - len(reading.refusals)
        reading.remarks.update(self.remarks)

    def _batches(self) -> Iterator[list[tuple[int, list[str]]]]:
        """Rows with their numbers, as many at once as stay in the processor's cache."""
        numbered = ((self.table.row, row) for row in self.table.rows)
        while batch := list(islice(numbered, _BATCH)):
            yield batch

    def _accepted(self, reading: Reading, batch: list[tuple[int, list[str]]]) -> Iterable[Taken]:
        try:
            return self._taken([row for _, row in batch])
        except (ValueError, KeyError):
            return chain.from_iterable(
                self._second_look(reading, number, row) for number, row in batch
            )

    def _taken(self, rows: list[list[str]]) -> list[Taken]:
        """Company, month and packet line of each row; raises, without saying why, if anything
        is unusual about any of them.
        """
        if set(map(len, rows)) != {self._width}:
            raise ValueError
        codes, numbers, dates, parties, nets, vats, grosses, states = self._pick(
            list(zip(*rows, strict=True))
        )
        if not self.known.issuperset(codes) or not _are_names(numbers, parties):
            raise ValueError
        days = list(map(self.dates.__getitem__, dates))
        voids = list(map(VOID_STATES.__getitem__, states))
        amounts = amounts_fen(nets), amounts_fen(vats), amounts_fen(grosses)
        for net, vat, gross in zip(*amounts, strict=True):
            if not -2 < net + vat - gross < 2 or net * vat < 0 or not gross:
                self._remark(net, vat, gross)
        return [
            (code, day[:7], f"{day}\t{number}\t{party}\t{net}\t{vat}\t{gross}\t{void:d}")
            for code, day, number, party, net, vat, gross, void in zip(
                codes, days, numbers, parties, *amounts, voids, strict=True
            )
        ]

    def _remark(self, net: int, vat: int, gross: int) -> None:
        if abs(net + vat - gross) > 1:
            self.remarks["net_and_vat_differ_from_gross"] += 1
        if net * vat < 0:
            self.remarks["vat_of_the_wrong_sign"] += 1
        if not gross:
            self.remarks["of_zero_amount"] += 1

    def _second_look(self, reading: Reading, number: int, row: list[str]) -> list[Taken]:
        """Try one row without blanks around its cells; else note the unusable cell and why."""
        cells = [cell.strip() for cell in row]
        while len(cells) > self._width and not cells[-1]:
            cells.pop()
        try:
            return self._taken([cells])
        except (ValueError, KeyError):
            column, value, reason = self._trouble(cells)
        file = reading.source.label
        reading.refusals.append(Refusal(file, number, column, value, reason))
        if len(reading.refusals) >= MAX_REFUSALS:
            raise TooManyRefusals(file, reading.refusals)
        return []

    def _trouble(self, cells: list[str]) -> tuple[str, str, str]:
        if len(cells) != self._width:
            at = min(len(cells), self._width - 1)
            reason = f"the row has {len(cells)} columns, the heading {self._width}"
            return self.layout.headings[at], "", reason
        checks: tuple[Callable[[str], object], ...] = (
            *(self._company, _name, self.dates.__getitem__, _name),
            *(amount_fen, amount_fen, amount_fen, _state),
        )
        for field_no, check in enumerate(checks):
            value = cells[self.layout.positions[field_no]]
            if UNREADABLE in value:
                reason = "bytes that are neither UTF-8 nor GB18030"
                return self.layout.heading(field_no), value.replace(UNREADABLE, "?"), reason
            try:
                check(value)
            except ValueError as error:
                return self.layout.heading(field_no), value, str(error)
        raise AssertionError(f"a row was refused without a reason: {cells}")

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


def _are_names(*columns: Sequence[str]) -> bool:
    return all(
        "".join(column).isprintable()
        and min(map(len, column)) > 0
        and max(map(len, column)) <= FIELD_LIMIT
        for column in columns
    )


def _pack_into(reading: Reading, buffer: Buffer) -> None:
    """Pack what is held and forget it."""
    for (code, month), lines in buffer.items():
        if month >= reading.newest[:7]:
            reading.newest = max(reading.newest, max(lines)[:10])
        reading.remarks["exact_repeats"] += len(lines) - len(set(lines))
        reading.parts.append(Part(code, month, pack(lines)))
    buffer.clear()
