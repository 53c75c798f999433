"""Planted forgeries: a firm's real invoices in, forged ones out, in memory only.

Each takes the months that a window shows and a strength in hundredths of the firm's own average
monthly sales (or of its invoices). The last three months are those before an application. All is
made by rule, without chance, so that a table made twice is the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from scoring.engine.calendar import month_text
from scoring.training.forging import (
    FIRST_NUMBER,
    LATE,
    STEP,
    Months,
    average,
    changed,
    known_parties,
    net_of,
    new_rows,
    part_of,
    planted_sales,
    recent_months,
    sales_in,
    scaled,
    some_changed,
    target_of,
    with_purchases,
    with_reversals,
    with_sales,
)

COPIES = 6
Forge = Callable[[Months, int, int], Months]


def phantom_buyer(months: Months, last: int, percent: int) -> Months:
    """Sales to one buyer that nobody knew, in the last three months."""
    return with_sales(months, last, percent, ["phantom"])


def many_phantoms(months: Months, last: int, percent: int) -> Months:
    """The same spread over twelve new buyers."""
    return with_sales(months, last, percent, [f"phantom-{turn}" for turn in range(12)])


def burst(months: Months, last: int, percent: int) -> Months:
    """Sales to known buyers in the last two months, three times the strength."""
    return with_sales(months, last, 3 * percent, known_parties(months, "sale"), recent=2)


def inflated(months: Months, last: int, percent: int) -> Months:
    """Every sale of the last three months is larger by the strength."""
    return changed(months, last, lambda one, _: scaled(one, 100 + percent, 100))


def split_under_limit(months: Months, last: int, percent: int) -> Months:
    """Sales to known buyers in invoices of 9,900 yuan."""
    return with_sales(months, last, percent, known_parties(months, "sale"), each=990_000)


def round_numbers(months: Months, last: int, percent: int) -> Months:
    """Sales to known buyers in whole ten thousands of yuan."""
    return with_sales(months, last, percent, known_parties(months, "sale"), each=1_000_000)


def month_end(months: Months, last: int, percent: int) -> Months:
    """Sales to known buyers on the last day but one of the last three months."""
    return with_sales(months, last, percent, known_parties(months, "sale"), day=LATE)


def weekend(months: Months, last: int, percent: int) -> Months:
    """Sales to known buyers, all on the month's second Sunday."""
    return with_sales(months, last, percent, known_parties(months, "sale"), day=None)


def renumbered(months: Months, last: int, percent: int) -> Months:
    """Sales of the last three months once more under new numbers."""
    forged = dict(months)
    for number in recent_months(last):
        rows = part_of(sales_in(months, number), percent)
        again = [replace(one, number=str(FIRST_NUMBER + at * STEP)) for at, one in enumerate(rows)]
        forged[number] = months.get(number, []) + again
    return forged


def repeated(months: Months, last: int, percent: int) -> Months:
    """Sales of the last three months once more as they are."""
    forged = dict(months)
    for number in recent_months(last):
        forged[number] = months.get(number, []) + part_of(sales_in(months, number), percent)
    return forged


def circular_of_two(months: Months, last: int, percent: int) -> Months:
    """Goods sold to a new party and bought back in the same amounts in the same month."""
    return with_purchases(months, last, percent, "partner", "partner")


def circular_of_three(months: Months, last: int, percent: int) -> Months:
    """The same with another party between: sold to one, bought back from the other."""
    return with_purchases(months, last, percent, "partner", "third")


def slow_round_trip(months: Months, last: int, percent: int) -> Months:
    """Goods bought back a month later and 1 % dearer."""
    forged = with_sales(months, last, percent, ["partner"])
    for number in recent_months(last)[1:]:
        for one in planted_sales(forged, number - 1):
            back = scaled(one, 101, 100)
            day = date.fromisoformat(f"{month_text(number)}-20")
            bought = replace(back, direction="purchase", issued_on=day)
            forged[number] = [*forged.get(number, []), bought]
    return forged


def voided(months: Months, last: int, percent: int) -> Months:
    """Part of the sales of the last three months is made void before they are read."""
    return some_changed(months, last, percent, lambda one: replace(one, void=True))


def red_letters(months: Months, last: int, percent: int) -> Months:
    """Part of the sales of the last three months is reversed there."""
    return with_reversals(months, last, percent, "sale")


def purchases_cancelled(months: Months, last: int, percent: int) -> Months:
    """Part of the purchases of the last three months is reversed there."""
    return with_reversals(months, last, percent, "purchase")


def no_purchases(months: Months, last: int, percent: int) -> Months:
    """Part of the purchases of the last three months is left out."""
    forged = dict(months)
    for number in recent_months(last):
        rows = [one for one in months.get(number, []) if one.direction == "purchase"]
        gone = {id(one) for one in part_of(rows, percent)}
        forged[number] = [one for one in months.get(number, []) if id(one) not in gone]
    return forged


def new_single_supplier(months: Months, last: int, percent: int) -> Months:
    """Purchases from one new supplier in the last three months."""
    forged = dict(months)
    for number in recent_months(last):
        rows = new_rows(number, target_of(months, percent), ["supplier"], direction="purchase")
        forged[number] = months.get(number, []) + rows
    return forged


def copied_month(months: Months, last: int, percent: int) -> Months:
    """Part of the sales of each of the last six months gives way to that of one month."""
    forged, source = dict(months), part_of(sales_in(months, last - COPIES), percent)
    for number in range(last - COPIES + 1, last + 1):
        gone = {id(one) for one in part_of(sales_in(months, number), percent)}
        kept = [one for one in months.get(number, []) if id(one) not in gone]
        again = [
            replace(
                one,
                number=str(FIRST_NUMBER + at * STEP),
                issued_on=one.issued_on.replace(
                    year=number // 12, month=number % 12 + 1, day=min(28, one.issued_on.day)
                ),
            )
            for at, one in enumerate(source)
        ]
        forged[number] = kept + again
    return forged


def backdated(months: Months, last: int, percent: int) -> Months:
    """Part of the last three months' sales bears the first day of its month."""
    return some_changed(
        months, last, percent, lambda one: replace(one, issued_on=one.issued_on.replace(day=1))
    )


def serials_exchanged(months: Months, last: int, percent: int) -> Months:
    """In the last three months the numbers of part of the sales run backwards."""
    forged = dict(months)
    for number in recent_months(last):
        rows = part_of(sales_in(months, number), percent)
        turned = {
            id(one): replace(one, number=other.number)
            for one, other in zip(rows, reversed(rows), strict=True)
        }
        forged[number] = [turned.get(id(one), one) for one in months.get(number, [])]
    return forged


def evened(months: Months, last: int, percent: int) -> Months:
    """Each of the last twelve months' sales is moved towards their average."""
    forged, usual = dict(months), average(months)
    for number in range(last - 11, last + 1):
        total = net_of(sales_in(months, number))
        if total > 0:
            wanted = total + (usual - total) * percent // 100
            forged[number] = [
                scaled(one, wanted, total) if one.direction == "sale" else one
                for one in months[number]
            ]
    return forged


def quiet_season_filled(months: Months, last: int, percent: int) -> Months:
    """Months of the last year under half the average get sales to known buyers."""
    forged, usual = dict(months), average(months)
    for number in range(last - 11, last + 1):
        gap = usual - net_of(sales_in(months, number))
        if gap * 2 > usual > 0:
            rows = new_rows(number, gap * percent // 100, known_parties(months, "sale"))
            forged[number] = months.get(number, []) + rows
    return forged


KINDS: Mapping[str, Forge] = {
    forge.__name__: forge
    for forge in (
        *(phantom_buyer, many_phantoms, burst, inflated, split_under_limit, round_numbers),
        *(month_end, weekend, renumbered, repeated, circular_of_two, circular_of_three),
        *(slow_round_trip, voided, red_letters, purchases_cancelled, no_purchases),
        *(new_single_supplier, copied_month, backdated, serials_exchanged, evened),
        quiet_season_filled,
    )
}
