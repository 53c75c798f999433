"""All invoices of one simulated firm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random

from portal.core.months import Month
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.kinds import Direction
from portal.sandbox.taxauthority.simulation.plan import MONTHS, Plan, Story, draw_plan
from portal.sandbox.taxauthority.simulation.trade import Trade

Lines = dict[tuple[Direction, Month], list[str]]
_UNFILED = (28, 29)
_BURST_FROM = MONTHS - 2
_ROUND_FEN = 5_000_000


def firm_lines(index: int, *, seed: int, last: Month) -> Lines:
    """Packet lines by direction and month, 36 months up to ``last``; the same for the same seed.

    A month with nothing has no key: it was not filed.
    """
    rng = Random(f"{seed}:{index}")  # noqa: S311 -- seeded chance is wanted, not secrecy
    plan = draw_plan(index, rng)
    found: Lines = defaultdict(list)
    for direction, month, invoice in _invoices(plan, rng, last):
        if Month.parse(invoice.issued_on[:7]) == month:
            found[direction, month].append(invoice.line())
    return dict(found)


def _invoices(plan: Plan, rng: Random, last: Month) -> Iterator[tuple[Direction, Month, Invoice]]:
    sales = Trade(plan, plan.sales, Direction.SALE, rng)
    purchases = Trade(plan, plan.purchases, Direction.PURCHASE, rng)
    for number in range(plan.first_month, MONTHS):
        month = last - (MONTHS - 1 - number)
        if plan.story is Story.UNFILED and number in _UNFILED:
            continue
        for trade in (sales, purchases):
            for invoice in trade.month(number, month):
                yield trade.direction, month, invoice
        if plan.story is Story.ROUND_TRIPS and number >= MONTHS - 12:
            yield from _round_trips(sales, purchases, month)
        if plan.story is Story.BURST and number >= _BURST_FROM:
            yield from _burst(sales, month)


def _round_trips(
    sales: Trade, purchases: Trade, month: Month
) -> Iterator[tuple[Direction, Month, Invoice]]:
    """The same goods sold and bought back within days, at nearly the same price."""
    for trip in range(sales.rng.randint(2, 4)):
        partner = f"RT{sales.plan.index:04d}{trip % 2:02d}"
        amount = int(sales.side.net_fen_per_month * sales.rng.uniform(0.1, 0.25)) + 100
        day = sales.rng.randint(3, 22)
        back = int(amount * sales.rng.uniform(0.985, 1.0))
        yield Direction.SALE, month, sales.invoice(f"{month}-{day:02d}", partner, amount)
        yield (
            Direction.PURCHASE,
            month,
            purchases.invoice(f"{month}-{day + sales.rng.randint(1, 5):02d}", partner, back),
        )


def _burst(sales: Trade, month: Month) -> Iterator[tuple[Direction, Month, Invoice]]:
    """Many round amounts to a few buyers never seen before, just before an application."""
    for _ in range(max(int(sales.side.invoices_per_month), 12)):
        partner = f"NB{sales.plan.index:04d}{sales.rng.randrange(3):02d}"
        amount = _ROUND_FEN * sales.rng.randint(1, 6)
        day = sales.rng.randint(18, 28)
        yield Direction.SALE, month, sales.invoice(f"{month}-{day:02d}", partner, amount)
