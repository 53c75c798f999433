"""Measures of amounts and counts: parts per million, None where the firm has too little for them.

Each is a whole number that grows with what it hints at. The last three months, those before an
application, are compared with the 21 before.
"""

from scoring.engine.signals.view import (
    EARLIER_PLACES,
    PPM,
    RECENT,
    YEAR_PLACES,
    View,
    jump_of,
    share,
    traced_jump_of,
)
from scoring.engine.window import WINDOW_MONTHS

LEAST = 10
LEAST_MONTHS = 9
BURST = 2


def void_jump(view: View) -> int | None:
    """Sales made void, of all issued."""
    return jump_of(
        view, "sale", lambda side: side.void, lambda side: side.rows - side.repeats, least=LEAST
    )


def red_jump(view: View) -> int | None:
    """Sales reversed by red-letter invoices."""
    return jump_of(view, "sale", lambda side: -side.red_net_fen, lambda side: side.blue_net_fen)


def purchase_red_jump(view: View) -> int | None:
    """Purchases reversed by red-letter invoices."""
    return jump_of(view, "purchase", lambda side: -side.red_net_fen, lambda side: side.blue_net_fen)


def repeat_jump(view: View) -> int | None:
    """Rows that repeat another exactly, of all rows of sales."""
    return jump_of(view, "sale", lambda side: side.repeats, lambda side: side.rows, least=LEAST)


def sales_burst(view: View) -> int | None:
    """Average sales of the last two months to those of the months from the first sale to then."""
    months = view.window.months_on_record
    if months < LEAST_MONTHS:
        return None
    nets = [side.net_fen for side in view.window.sides("sale")]
    before = sum(nets[WINDOW_MONTHS - months : -BURST])
    if before <= 0 or sum(view.window.has_sales[:-BURST]) < LEAST_MONTHS:
        return None
    return share(sum(nets[-BURST:]) * (months - BURST), before * BURST)


def purchases_fall(view: View) -> int | None:
    """How far purchases to sales fell: all the way is a million."""
    sold, bought = (
        [side.net_fen for side in view.window.sides(way)] for way in ("sale", "purchase")
    )
    sums = [sum(part) for part in (sold[:-RECENT], bought[:-RECENT], sold[-RECENT:])]
    regular = sum(side.blue > 0 for side in view.sides("purchase", EARLIER_PLACES))
    if min(sums) <= 0 or regular < LEAST_MONTHS:
        return None
    earlier_sold, earlier_bought, recent_sold = sums
    kept = share(max(0, sum(bought[-RECENT:])) * earlier_sold, recent_sold * earlier_bought)
    return max(0, PPM - kept)


def flat_sales(view: View) -> int | None:
    """How even the last twelve months' sales are: without any movement it is a million."""
    nets = [side.net_fen for side in view.sides("sale", YEAR_PLACES)]
    total = sum(nets)
    if min(nets) <= 0:
        return None
    moved = sum(abs(net * len(nets) - total) for net in nets)
    return max(0, PPM - share(moved, total * len(nets)))


def round_jump(view: View) -> int | None:
    """Sales invoices over a whole number of thousands of yuan, with or without VAT."""
    return traced_jump_of(view, lambda side: side.round, lambda side: side.blue, least=LEAST)


def under_limit_jump(view: View) -> int | None:
    """Sales invoices at most 5 % under 10,000, 100,000 or 1,000,000 yuan."""
    return traced_jump_of(view, lambda side: side.under_limit, lambda side: side.blue, least=LEAST)


def lookalike_jump(view: View) -> int | None:
    """Sales invoices like another of that day, buyer and amount, under another number."""
    return traced_jump_of(view, lambda side: side.lookalikes, lambda side: side.blue, least=LEAST)


def month_end_jump(view: View) -> int | None:
    """Sales of the last three days of a month."""
    return traced_jump_of(view, lambda side: side.late_fen, lambda side: side.blue_fen, least=1)


def weekend_jump(view: View) -> int | None:
    """Sales invoices of Saturdays and Sundays."""
    return traced_jump_of(view, lambda side: side.weekend, lambda side: side.blue, least=LEAST)


def serials_swapped(view: View) -> int | None:
    """Neighbouring numbers of sales whose dates run the other way, in twelve months."""
    sides = view.sale_traces(YEAR_PLACES)
    if sides is None or sum(side.near for side in sides) < LEAST:
        return None
    return share(sum(side.swapped for side in sides), sum(side.near for side in sides))
