"""What signals need to know of a month's invoices beyond its summary: a few counts and sums.

Made once, when the month's rows are there, and kept apart from the summary: summaries and the
digests made of them stay byte for byte what they are, and a month without traces can still be
scored.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Self

from scoring.engine.calendar import month_number
from scoring.engine.canonical import canonical_bytes, parse_canonical
from scoring.engine.summary import Record

FORMAT = 1
ROUND_FEN = 100_000
LIMITS_FEN = (1_000_000, 10_000_000, 100_000_000)
NEAR, LATE_DAYS, SATURDAY = 3, 3, 5
MONTHS_SHORTEST, LATE = 28, timedelta(days=LATE_DAYS)


@dataclass(frozen=True, slots=True)
class SideTraces:
    """Counts of one direction's valid, positive invoices; ``near`` and ``swapped`` of all numbers.

    ``near`` are neighbours among the numbers, at most three apart; ``swapped`` those of them whose
    higher number has the earlier date.
    """

    blue: int = 0
    blue_fen: int = 0
    round: int = 0
    under_limit: int = 0
    lookalikes: int = 0
    late_fen: int = 0
    weekend: int = 0
    near: int = 0
    swapped: int = 0


@dataclass(frozen=True, slots=True)
class MonthTraces:
    """One month's traces; ``equal_fen`` were sold to and bought from one party in equal amounts."""

    month: str
    sale: SideTraces
    purchase: SideTraces
    equal_fen: int = 0

    def to_json(self) -> bytes:
        """Canonical bytes: equal traces give equal bytes everywhere."""
        return canonical_bytes({"v": FORMAT, **asdict(self)})

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The traces behind canonical bytes. Raises ValueError for anything else."""
        value = parse_canonical(data)
        names = {"v", *(field.name for field in fields(cls))}
        if not isinstance(value, dict) or set(value) != names or value["v"] != FORMAT:
            raise ValueError("not a month's traces")
        if not isinstance(value["month"], str) or not _is_count(value["equal_fen"]):
            raise ValueError("not a month's traces")
        month_number(value["month"])
        sides = (_side(value["sale"]), _side(value["purchase"]))
        return cls(value["month"], *sides, value["equal_fen"])


def trace_month(records: Sequence[Record], *, month: str) -> MonthTraces:
    """Trace one month's records; their order is irrelevant and exact repeats count once.

    Raises ValueError when a record of another month is among them.
    """
    number = month_number(month)
    if any(month_number(day) != number for day in {record.issued_on for record in records}):
        raise ValueError(f"a record outside {month}")
    distinct = list({record.content: record for record in records}.values())
    sales = [record for record in distinct if record.direction == "sale"]
    purchases = [record for record in distinct if record.direction == "purchase"]
    return MonthTraces(month, _traced(sales), _traced(purchases), _equal_fen(sales, purchases))


def _traced(records: Sequence[Record]) -> SideTraces:
    blue = _blue(records)
    near, swapped = _serials(records)
    alike = Counter((one.issued_on, one.counterparty, one.net_fen) for one in blue)
    return SideTraces(
        blue=len(blue),
        blue_fen=sum(one.net_fen for one in blue),
        round=sum(_is_round(one) for one in blue),
        under_limit=sum(_is_under_limit(one.net_fen) for one in blue),
        lookalikes=len(blue) - len(alike),
        late_fen=sum(one.net_fen for one in blue if _is_late(one)),
        weekend=sum(one.issued_on.weekday() >= SATURDAY for one in blue),
        near=near,
        swapped=swapped,
    )


def _blue(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if not record.void and record.net_fen > 0]


def _is_round(record: Record) -> bool:
    return record.net_fen % ROUND_FEN == 0 or record.gross_fen % ROUND_FEN == 0


def _is_under_limit(net_fen: int) -> bool:
    for limit in LIMITS_FEN:
        if net_fen < limit:
            return net_fen >= limit * 95 // 100
    return False


def _is_late(record: Record) -> bool:
    day = record.issued_on
    return day.day > MONTHS_SHORTEST - LATE_DAYS and (day + LATE).month != day.month


def _serials(records: Iterable[Record]) -> tuple[int, int]:
    """Neighbours by number, and those whose dates run the other way. Zero rows count here."""
    days: dict[int, date] = {}
    for one in records:
        if one.number.isascii() and one.number.isdigit():
            number = int(one.number)
            # Of two rows under one number the later day counts, whatever their order.
            if number not in days or days[number] < one.issued_on:
                days[number] = one.issued_on
    numbers = sorted(days)
    near = swapped = 0
    for low, high in pairwise(numbers):
        if high - low <= NEAR:
            near += 1
            swapped += days[high] < days[low]
    return near, swapped


def _equal_fen(sales: Sequence[Record], purchases: Sequence[Record]) -> int:
    if not sales or not purchases:
        return 0
    sold = Counter((one.counterparty, one.net_fen) for one in _blue(sales))
    bought = Counter((one.counterparty, one.net_fen) for one in _blue(purchases))
    return sum(amount * count for (_, amount), count in (sold & bought).items())


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _side(value: Any) -> SideTraces:
    if not isinstance(value, dict) or set(value) != {field.name for field in fields(SideTraces)}:
        raise ValueError("not one side of a month's traces")
    if not all(_is_count(count) for count in value.values()):
        raise ValueError("counts of traces are whole numbers")
    return SideTraces(**value)
