"""Made-up firms: nothing here comes from a real one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import settings

from scoring.engine.calendar import month_number, month_text
from scoring.engine.summary import Direction, MonthSummary, Record, summarise_month

AS_OF = "2024-12"
unhurried = settings(deadline=None, max_examples=40)  # a busy machine is no failure


def record(
    day: date,
    net_fen: int,
    counterparty: str,
    direction: Direction = "sale",
    **other: object,
) -> Record:
    """An invoice at 13 % VAT; its number tells it from others of that day and counterparty."""
    vat_fen = net_fen * 13 // 100
    number = str(other.pop("number", f"{day:%Y%m%d}-{counterparty}-{net_fen}"))
    amounts = (net_fen, vat_fen, net_fen + vat_fen)
    return Record(direction, number, day, counterparty, *amounts, **other)  # type: ignore[arg-type]


def months_back(count: int, as_of: str = AS_OF) -> list[date]:
    """First days of the last ``count`` months up to the as-of month, oldest first."""
    last = month_number(as_of)
    numbers = range(last - count + 1, last + 1)
    return [date.fromisoformat(f"{month_text(number)}-01") for number in numbers]


def summaries_of(records: Sequence[Record]) -> list[MonthSummary]:
    """Each month's records rolled up."""
    months: dict[int, list[Record]] = {}
    for one in records:
        months.setdefault(month_number(one.issued_on), []).append(one)
    return [summarise_month(months[number]) for number in sorted(months)]


def orchard() -> list[Record]:
    """Steady: twelve buyers and thirty suppliers every month, sales of about ¥240,000."""
    sales = [
        record(day.replace(day=2 + turn), 2_000_000 + 10_000 * turn, f"buyer-{turn}")
        for day in months_back(24)
        for turn in range(12)
    ]
    purchases = [
        record(day.replace(day=3), 400_000, f"maker-{turn}", "purchase")
        for day in months_back(24)
        for turn in range(30)
    ]
    return sales + purchases


def kiosk() -> list[Record]:
    """Small and uneven: two buyers, every third month empty, some invoices void or reversed."""
    records = []
    for place, day in enumerate(months_back(24)):
        if place % 3 == 0:
            continue
        records.append(record(day.replace(day=4), 300_000 + 90_000 * place, "buyer-0"))
        records.append(record(day.replace(day=9), 150_000, "buyer-1", void=place % 4 == 0))
        if place % 5 == 0:
            records.append(record(day.replace(day=20), -60_000, "buyer-0"))
        records.append(record(day.replace(day=5), 220_000, "maker-0", "purchase"))
    return records


def sleeper() -> list[Record]:
    """Four sales in two years, to one buyer, and purchases above them."""
    busy = [months_back(24)[place] for place in (1, 7, 12, 20)]
    sales = [record(day, 180_000, "buyer-0") for day in busy]
    purchases = [record(day, 260_000, "maker-0", "purchase") for day in busy]
    return sales + purchases
