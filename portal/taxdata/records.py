"""The records of each category, typed; each belongs to the month in which its period ends.

`docs/wire.md` lists the members as they travel. Amounts are whole fen; figures of a return are
those of its own period, not of the year to date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, get_type_hints

from portal.consents.purposes import Category
from portal.core.months import Month
from scoring.engine.summary import Record

GRADES = ("A", "B", "M", "C", "D")
_LARGEST_FEN = 2**53
_LONGEST_TEXT = 200
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Period = tuple[Month, Month]


@dataclass(frozen=True, slots=True)
class VatReturn:
    """A VAT return for one month or one calendar quarter."""

    first_month: Month
    last_month: Month
    sales_fen: int
    output_vat_fen: int
    input_vat_fen: int
    vat_due_fen: int
    filed_on: date

    def __post_init__(self) -> None:
        _check_span(self.first_month, self.last_month, lengths=(1, 3))
        _check_filed(self.filed_on, self.last_month)


@dataclass(frozen=True, slots=True)
class IncomeTaxReturn:
    """An enterprise income tax return: a quarter's prepayment, or the year's settlement."""

    kind: str
    first_month: Month
    last_month: Month
    revenue_fen: int
    cost_fen: int
    profit_fen: int
    tax_fen: int
    filed_on: date

    def __post_init__(self) -> None:
        lengths = {"quarterly": (3,), "annual": (12,)}
        if self.kind not in lengths:
            raise ValueError(f"unknown kind of return: {self.kind!r}")
        _check_span(self.first_month, self.last_month, lengths=lengths[self.kind])
        _check_filed(self.filed_on, self.last_month)


@dataclass(frozen=True, slots=True)
class TaxRating:
    """The tax credit rating of one calendar year, published in the next."""

    year: int
    grade: str
    published_on: date

    def __post_init__(self) -> None:
        if self.grade not in GRADES or not 2000 <= self.year <= 9999:
            raise ValueError("no such rating")
        _check_filed(self.published_on, Month(self.year, 12))


TaxRecord = Record | VatReturn | IncomeTaxReturn | TaxRating

TYPES: Final[Mapping[Category, type[TaxRecord]]] = {
    Category.VAT_INVOICES: Record,
    Category.VAT_RETURNS: VatReturn,
    Category.INCOME_TAX_RETURNS: IncomeTaxReturn,
    Category.TAX_RATING: TaxRating,
}


def period_of(record: TaxRecord) -> Period:
    """First and last month that a record speaks of; it is kept with the last."""
    if isinstance(record, Record):
        month = Month.of(record.issued_on)
        return month, month
    if isinstance(record, TaxRating):
        return Month(record.year, 1), Month(record.year, 12)
    return record.first_month, record.last_month


def record_from(category: Category, row: object) -> TaxRecord:
    """The record behind a JSON object; ValueError for anything that isn't exactly one."""
    readers = _READERS[category]
    if not isinstance(row, dict) or row.keys() != readers.keys():
        raise ValueError("another set of members")
    return TYPES[category](**{name: read(row[name]) for name, read in readers.items()})


def members_of(record: TaxRecord) -> dict[str, Any]:
    """The record's members by name, as its type holds them."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _check_span(first: Month, last: Month, *, lengths: tuple[int, ...]) -> None:
    """Whole calendar quarters and years: a period ends where its length divides the year."""
    if not any(first + (length - 1) == last and last.month % length == 0 for length in lengths):
        raise ValueError(f"{first} to {last} is no such period")


def _check_filed(day: date, last: Month) -> None:
    if day < date(last.year, last.month, monthrange(last.year, last.month)[1]):
        raise ValueError("filed before the period was over")


def _whole(value: object) -> int:
    if type(value) is not int or abs(value) >= _LARGEST_FEN:
        raise ValueError("not a whole number")
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError("neither true nor false")
    return value


def _text(value: object) -> str:
    if type(value) is not str or not 0 < len(value) <= _LONGEST_TEXT:
        raise ValueError("not a short text")
    return value


def _day(value: object) -> date:
    text = _text(value)
    if not _DATE.fullmatch(text):
        raise ValueError("not a date")
    return date.fromisoformat(text)


def _month(value: object) -> Month:
    return Month.parse(_text(value))


def _readers(record_type: type[TaxRecord]) -> Mapping[str, Callable[[object], Any]]:
    by_type: Mapping[object, Callable[[object], Any]] = {
        int: _whole,
        bool: _flag,
        date: _day,
        Month: _month,
    }
    hints = get_type_hints(record_type)
    return {field.name: by_type.get(hints[field.name], _text) for field in fields(record_type)}


_READERS: Final = {category: _readers(found) for category, found in TYPES.items()}
