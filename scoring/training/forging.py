"""What planted forgeries are put together from: new invoices, parts of old ones, changed ones."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from scoring.engine.calendar import month_text
from scoring.engine.summary import Direction, Record

Months = dict[int, list[Record]]
FIRST_NUMBER, STEP = 90_000_000, 17
RATE = 13
RECENT = 3
LATE = 31


def recent_months(last: int) -> range:
    """The three months that forgeries are planted in."""
    return range(last - RECENT + 1, last + 1)


def sales_in(months: Months, number: int) -> list[Record]:
    """A month's sales."""
    return [one for one in months.get(number, []) if one.direction == "sale"]


def net_of(rows: Sequence[Record]) -> int:
    """Turnover of rows that are not void."""
    return sum(one.net_fen for one in rows if not one.void)


def average(months: Months) -> int:
    """Average monthly sales."""
    return sum(net_of(sales_in(months, number)) for number in months) // max(1, len(months))


def target_of(months: Months, percent: int) -> int:
    """So many hundredths of the average monthly sales."""
    return max(0, average(months) * percent // 100)


def known_parties(months: Months, direction: Direction) -> list[str]:
    """Up to eight counterparties that the firm has."""
    rows = (one for number in sorted(months) for one in months[number])
    names = dict.fromkeys(one.counterparty for one in rows if one.direction == direction)
    return list(names)[:8] or ["unknown"]


def part_of(rows: Sequence[Record], percent: int) -> list[Record]:
    """That many in a hundred, evenly spread."""
    return [one for at, one in enumerate(rows) if (at + 1) * percent // 100 > at * percent // 100]


def with_sales(
    months: Months,
    last: int,
    percent: int,
    buyers: Sequence[str],
    *,
    recent: int = RECENT,
    each: int = 0,
    day: int | None = 5,
) -> Months:
    """More sales in the recent months, a strength in each."""
    forged, target = dict(months), target_of(months, percent)
    for number in recent_months(last)[-recent:]:
        rows = new_rows(number, target, buyers, each=each, day=day)
        forged[number] = months.get(number, []) + rows
    return forged


def new_rows(
    number: int,
    target: int,
    parties: Sequence[str],
    *,
    each: int = 0,
    day: int | None = 5,
    direction: Direction = "sale",
) -> list[Record]:
    """Invoices that make up the target; 4 or one a party, of odd amounts, unless told ``each``."""
    count = max(1, target // each) if each else max(4, len(parties))
    first = date.fromisoformat(f"{month_text(number)}-08")
    sunday = first + timedelta(days=6 - first.weekday())
    late = date.fromisoformat(f"{month_text(number + 1)}-01") - timedelta(days=2)
    made = []
    for at in range(min(count, 500)):
        net_fen = each or target // count + 37 * at + 101 * (number % 12)
        on = late if day == LATE else sunday if day is None else first.replace(day=day + at % 15)
        party = parties[at % len(parties)]
        made.append(
            new_record(direction, FIRST_NUMBER + number * 1000 + at * STEP, on, party, net_fen)
        )
    return made


def new_record(direction: Direction, number: int, on: date, party: str, net_fen: int) -> Record:
    vat_fen = net_fen * RATE // 100
    return Record(direction, str(number), on, party, net_fen, vat_fen, net_fen + vat_fen)


def planted_sales(months: Months, number: int) -> list[Record]:
    """Sales planted with a partner."""
    return [one for one in sales_in(months, number) if one.counterparty == "partner"]


def with_purchases(months: Months, last: int, percent: int, buyer: str, seller: str) -> Months:
    """Sales to a buyer, and as many purchases from a seller."""
    forged = with_sales(months, last, percent, [buyer])
    for number in recent_months(last):
        back = [
            replace(one, direction="purchase", counterparty=seller)
            for one in planted_sales(forged, number)
        ]
        forged[number] = forged[number] + back
    return forged


def scaled(one: Record, part: int, whole: int) -> Record:
    """The invoice with its amounts times a ratio."""
    net_fen, vat_fen = one.net_fen * part // whole, one.vat_fen * part // whole
    return replace(one, net_fen=net_fen, vat_fen=vat_fen, gross_fen=net_fen + vat_fen)


def changed(months: Months, last: int, change: Callable[[Record, int], Record]) -> Months:
    """Every recent sale changed."""
    forged = dict(months)
    for number in recent_months(last):
        forged[number] = [
            change(one, number) if one.direction == "sale" else one
            for one in months.get(number, [])
        ]
    return forged


def some_changed(
    months: Months, last: int, percent: int, change: Callable[[Record], Record]
) -> Months:
    """Part of the recent sales changed."""
    forged = dict(months)
    for number in recent_months(last):
        chosen = {id(one) for one in part_of(sales_in(months, number), percent)}
        forged[number] = [
            change(one) if id(one) in chosen else one for one in months.get(number, [])
        ]
    return forged


def with_reversals(months: Months, last: int, percent: int, direction: Direction) -> Months:
    """Part of the recent invoices reversed by red-letter ones."""
    forged = dict(months)
    for number in recent_months(last):
        rows = [
            one
            for one in months.get(number, [])
            if one.direction == direction and not one.void and one.net_fen > 0
        ]
        red = [
            replace(scaled(one, -1, 1), number=str(FIRST_NUMBER + at * STEP))
            for at, one in enumerate(part_of(rows, percent))
        ]
        forged[number] = months.get(number, []) + red
    return forged
