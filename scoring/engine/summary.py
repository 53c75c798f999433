"""Monthly roll-ups of a firm's invoices: all that a score ever reads.

What happens to each row is counted, so that none is lost silently: an exact repeat, a void row
and a zero row carry no amount; a row whose parts don't add up counts with its net amount and is
counted as ``odd`` as well.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, Self

from scoring.engine.calendar import month_number, month_text
from scoring.engine.canonical import canonical_bytes

FORMAT = 1
Direction = Literal["sale", "purchase"]


@dataclass(frozen=True, slots=True)
class Record:
    """One invoice row as the tax authority sends it; amounts in fen, negative = red-letter."""

    direction: Direction
    number: str
    issued_on: date
    counterparty: str
    net_fen: int
    vat_fen: int
    gross_fen: int
    void: bool = False
    occurrence: int = 1

    def __post_init__(self) -> None:
        if self.direction not in ("sale", "purchase"):
            raise ValueError(f"unknown direction: {self.direction!r}")
        if not type(self.net_fen) is type(self.vat_fen) is type(self.gross_fen) is int:
            raise ValueError("amounts are whole fen")

    @property
    def content(self) -> tuple[object, ...]:
        """All fields but the occurrence number: equal for exact repeats."""
        amounts = (self.net_fen, self.vat_fen, self.gross_fen)
        return (self.direction, self.number, self.issued_on, self.counterparty, amounts, self.void)

    @property
    def is_odd(self) -> bool:
        """Net and VAT don't make the gross amount, or their signs differ."""
        return self.net_fen + self.vat_fen != self.gross_fen or self.net_fen * self.vat_fen < 0


@dataclass(frozen=True, slots=True)
class CounterpartyTotal:
    """What one counterparty was billed, or billed, in one month."""

    counterparty: str
    invoices: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class SideSummary:
    """A month's sales, or its purchases: counts of rows by kind, and amounts of the valid ones.

    ``rows == repeats + void + zero + blue + red``; ``odd`` rows are among blue, red and zero.
    """

    rows: int = 0
    repeats: int = 0
    void: int = 0
    zero: int = 0
    blue: int = 0
    red: int = 0
    odd: int = 0
    blue_net_fen: int = 0
    red_net_fen: int = 0
    vat_fen: int = 0
    counterparties: tuple[CounterpartyTotal, ...] = ()

    def __post_init__(self) -> None:
        counts = (self.repeats, self.void, self.zero, self.blue, self.red, self.odd)
        if min(counts) < 0 or self.blue_net_fen < 0 or self.red_net_fen > 0:
            raise ValueError("a count or an amount has the wrong sign")
        if self.rows != self.repeats + self.void + self.zero + self.blue + self.red:
            raise ValueError("row counts don't add up")
        if sum(total.net_fen for total in self.counterparties) != self.net_fen:
            raise ValueError("counterparty totals don't add up")

    @property
    def net_fen(self) -> int:
        """Turnover without VAT after red-letter invoices."""
        return self.blue_net_fen + self.red_net_fen


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """One firm's invoices of one month, both directions."""

    month: str
    sale: SideSummary
    purchase: SideSummary

    def __post_init__(self) -> None:
        if not isinstance(self.month, str):
            raise ValueError(f"not a month: {self.month!r}")  # noqa: TRY004 - one refusal
        month_number(self.month)

    def to_json(self) -> bytes:
        """Canonical bytes: equal summaries give equal bytes everywhere."""
        sides = {"sale": _side_value(self.sale), "purchase": _side_value(self.purchase)}
        return canonical_bytes({"v": FORMAT, "month": self.month, **sides})

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The summary behind canonical bytes. Raises ValueError for anything else."""
        value = json.loads(data)
        if not isinstance(value, dict) or set(value) != {"v", "month", "sale", "purchase"}:
            raise ValueError("not a month summary")
        summary = cls(value["month"], _side(value["sale"]), _side(value["purchase"]))
        if summary.to_json() != data:
            raise ValueError("not the canonical bytes of a month summary")
        return summary


def summarise_month(records: Sequence[Record], *, month: str | None = None) -> MonthSummary:
    """Roll up one month's records; their order is irrelevant and exact repeats count once.

    ``month`` (YYYY-MM) is needed only when there may be no records. Raises ValueError when
    records of another month are among them, or when there is nothing to tell the month from.
    """
    months = {month_text(month_number(record.issued_on)) for record in records}
    if month is not None:
        months.add(month)
    if len(months) != 1:
        raise ValueError(f"records of one month expected, got {sorted(months) or 'none'}")
    sale = _roll_up([record for record in records if record.direction == "sale"])
    purchase = _roll_up([record for record in records if record.direction == "purchase"])
    return MonthSummary(months.pop(), sale, purchase)


def _roll_up(records: Sequence[Record]) -> SideSummary:
    distinct = {record.content: record for record in records}.values()
    valid = [record for record in distinct if not record.void]
    blue = [record.net_fen for record in valid if record.net_fen > 0]
    red = [record.net_fen for record in valid if record.net_fen < 0]
    return SideSummary(
        rows=len(records),
        repeats=len(records) - len(distinct),
        void=len(distinct) - len(valid),
        zero=len(valid) - len(blue) - len(red),
        blue=len(blue),
        red=len(red),
        odd=sum(record.is_odd for record in valid),
        blue_net_fen=sum(blue),
        red_net_fen=sum(red),
        vat_fen=sum(record.vat_fen for record in valid),
        counterparties=_by_counterparty(valid),
    )


def _by_counterparty(records: Iterable[Record]) -> tuple[CounterpartyTotal, ...]:
    totals: dict[str, tuple[int, int]] = {}
    for record in records:
        if record.net_fen:
            invoices, net_fen = totals.get(record.counterparty, (0, 0))
            totals[record.counterparty] = (invoices + 1, net_fen + record.net_fen)
    return tuple(CounterpartyTotal(name, *totals[name]) for name in sorted(totals))


_COUNTS = tuple(field.name for field in fields(SideSummary) if field.name != "counterparties")


def _side_value(side: SideSummary) -> dict[str, Any]:
    rows = [[total.counterparty, total.invoices, total.net_fen] for total in side.counterparties]
    return {name: getattr(side, name) for name in _COUNTS} | {"counterparties": rows}


def _side(value: Mapping[str, Any]) -> SideSummary:
    if not isinstance(value, dict) or set(value) != {*_COUNTS, "counterparties"}:
        raise ValueError("not one side of a month summary")
    if any(type(value[name]) is not int for name in _COUNTS):
        raise ValueError("counts and amounts of a summary are whole numbers")
    if not isinstance(value["counterparties"], list):
        raise ValueError("counterparties are a list")  # noqa: TRY004 - one refusal for bytes
    totals = tuple(_total(row) for row in value["counterparties"])
    names = [total.counterparty for total in totals]
    if names != sorted(set(names)):
        raise ValueError("counterparties are listed once each, in order")
    return SideSummary(**{name: value[name] for name in _COUNTS}, counterparties=totals)


def _total(row: Any) -> CounterpartyTotal:
    if not isinstance(row, list) or [type(item) for item in row] != [str, int, int]:
        raise ValueError("not a counterparty total")
    return CounterpartyTotal(*row)
