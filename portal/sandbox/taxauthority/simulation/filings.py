"""What a simulated firm files, worked out from its own invoices, and how it is rated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from portal.core.months import Month, months_between
from portal.sandbox.taxauthority.records.filings import (
    Filing,
    income_tax_return,
    tax_rating,
    vat_return,
)
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.kinds import Direction
from portal.sandbox.taxauthority.simulation.generate import Lines
from portal.sandbox.taxauthority.simulation.plan import MONTHS, Plan, Story, draw_plan

_SMALL_SCALE_PERCENT = 3  # below: small-scale taxpayers, who file by quarter and deduct nothing
_SMALL_PROFIT_FEN = 300_000_000
_SMALL_PROFIT_TAX, _TAX = 0.05, 0.25
_FILED_DAY, _SETTLED = 15, (5, 28)
_GRADES = {
    Story.GROWING: "AAB",
    Story.STEADY: "AABB",
    Story.DISTRESSED: "CCD",
    Story.UNFILED: "C",
    Story.ROUND_TRIPS: "BC",
    Story.BURST: "B",
}


@dataclass(frozen=True, slots=True)
class _Trade:
    """Valid invoices of some months: net amounts and VAT, and whether there are any."""

    is_active: bool = False
    sales_fen: int = 0
    purchases_fen: int = 0
    output_vat_fen: int = 0
    input_vat_fen: int = 0

    def __add__(self, other: _Trade) -> _Trade:
        return _Trade(
            self.is_active or other.is_active,
            self.sales_fen + other.sales_fen,
            self.purchases_fen + other.purchases_fen,
            self.output_vat_fen + other.output_vat_fen,
            self.input_vat_fen + other.input_vat_fen,
        )


def firm_filings(index: int, lines: Lines, *, seed: int, last: Month) -> list[Filing]:
    """Everything filed for the months up to ``last``; the same for the same invoices and seed.

    A period without any invoice was not filed, and no period is filed before it is over.
    """
    plan = draw_plan(index, Random(f"{seed}:{index}"))  # noqa: S311 -- seeded chance is wanted
    rng = Random(f"{seed}:{index}:filings")  # noqa: S311
    trade = _by_month(lines)
    return [
        *_vat_returns(plan, trade, last),
        *_income_tax_returns(plan, trade, last, rng),
        *_ratings(plan, trade, last, rng),
    ]


def _by_month(lines: Lines) -> Mapping[Month, _Trade]:
    found: dict[Month, _Trade] = {}
    for (direction, month), kept in lines.items():
        valid = [one for one in map(Invoice.from_line, kept) if not one.is_void]
        net, vat = sum(one.net_fen for one in valid), sum(one.vat_fen for one in valid)
        sells = direction is Direction.SALE
        traded = (
            _Trade(True, sales_fen=net, output_vat_fen=vat)
            if sells
            else _Trade(True, purchases_fen=net, input_vat_fen=vat)
        )
        found[month] = found.get(month, _Trade()) + traded
    return found


def _vat_returns(plan: Plan, trade: Mapping[Month, _Trade], last: Month) -> Iterator[Filing]:
    is_small = plan.vat_percent <= _SMALL_SCALE_PERCENT
    credit = 0
    for first, end in _periods(trade, last, months=3 if is_small else 1):
        total = _total(trade, first, end)
        if not total.is_active:
            continue
        deducted = 0 if is_small else total.input_vat_fen
        filing = vat_return(
            first,
            end,
            sales_fen=total.sales_fen,
            output_vat_fen=total.output_vat_fen,
            input_vat_fen=deducted,
            credit_fen=credit,
            filed_on=_filed_on(end, last),
        )
        credit = max(deducted + credit - total.output_vat_fen, 0)
        yield filing


def _income_tax_returns(
    plan: Plan, trade: Mapping[Month, _Trade], last: Month, rng: Random
) -> Iterator[Filing]:
    overheads = rng.uniform(0.04, 0.12) + (0.1 if plan.story is Story.DISTRESSED else 0)
    for kind, months in (("quarterly", 3), ("annual", 12)):
        for first, end in _periods(trade, last, months=months):
            total = _total(trade, first, end)
            if not total.is_active or (kind == "annual" and last + 1 < end + 5):
                continue
            cost = total.purchases_fen + int(max(total.sales_fen, 0) * overheads)
            yield income_tax_return(
                kind,
                first,
                end,
                revenue_fen=total.sales_fen,
                cost_fen=cost,
                tax_fen=_tax(total.sales_fen - cost, months),
                filed_on=date(end.year + 1, *_SETTLED) if months == 12 else _filed_on(end, last),
            )


def _tax(profit_fen: int, months: int) -> int:
    is_small = profit_fen * 12 <= _SMALL_PROFIT_FEN * months
    return int(max(profit_fen, 0) * (_SMALL_PROFIT_TAX if is_small else _TAX))


def _ratings(
    plan: Plan, trade: Mapping[Month, _Trade], last: Month, rng: Random
) -> Iterator[Filing]:
    """Each year that is over and published; a firm in its first year is rated M."""
    first = last - (MONTHS - 1)
    for year in range(first.year, last.year):
        grade = rng.choice(_GRADES[plan.story])
        if last + 1 <= Month(year + 1, 4) or not trade or min(trade).year > year:
            continue
        is_new = plan.first_month > 0 and min(trade).year == year
        yield tax_rating(year, "M" if is_new else grade)


def _periods(
    trade: Mapping[Month, _Trade], last: Month, *, months: int
) -> Iterator[tuple[Month, Month]]:
    """Whole periods of the calendar, from the firm's first invoice to ``last``."""
    for end in months_between(min(trade, default=last), last):
        if end.month % months == 0:
            yield end - (months - 1), end


def _total(trade: Mapping[Month, _Trade], first: Month, end: Month) -> _Trade:
    return sum((trade.get(month, _Trade()) for month in months_between(first, end)), _Trade())


def _filed_on(end: Month, last: Month) -> date:
    """In the middle of the month after; on its first day when that month has only begun."""
    following = end + 1
    return date(following.year, following.month, 1 if end == last else _FILED_DAY)
