"""Measures of counterparties: who is new, who is on both sides, which months are alike."""

from collections import Counter
from collections.abc import Iterable

from scoring.engine.signals.view import EARLIER_PLACES, RECENT_PLACES, YEAR_PLACES, View, share
from scoring.engine.summary import Direction, SideSummary

LEAST_PARTIES = 3
LEAST_INVOICES = 10
WITHIN = 2


def new_buyer(view: View) -> int | None:
    """Of the last three months' sales, those to the largest buyer who was none before."""
    return _largest_new(view, "sale")


def new_supplier(view: View) -> int | None:
    """Of the last three months' purchases, those from the largest supplier who was none before."""
    return _largest_new(view, "purchase")


def buyer_concentration(view: View) -> int | None:
    """How much more of the sales the largest buyer has in the last three months than before."""
    return _concentration(view, "sale")


def supplier_concentration(view: View) -> int | None:
    """How much more of the purchases the largest supplier has in the last three months."""
    return _concentration(view, "purchase")


def both_ways(view: View) -> int | None:
    """Sales to parties that are suppliers, too, as far as bought from them, of all sales."""
    sold, bought = (_totals(view.window.sides(way)) for way in ("sale", "purchase"))
    total = sum(sold.values())
    matched = sum(min(amount, bought[party]) for party, amount in sold.items())
    return share(matched, total) if total else None


def equal_both_ways(view: View) -> int | None:
    """Sales that one party sold back in an equal amount: by invoice or by months' totals.

    Invoices of one month, or totals with one party of months up to two apart. The larger of both.
    """
    total = sum(side.blue_net_fen for side in view.window.sides("sale"))
    if not total:
        return None
    by_invoice = sum(one.equal_fen for one in view.traces if one is not None)
    bought: dict[tuple[str, int], list[int]] = {}
    for place, side in enumerate(view.window.sides("purchase")):
        for one in side.counterparties:
            bought.setdefault((one.counterparty, one.net_fen), []).append(place)
    by_total = sum(
        one.net_fen
        for place, side in enumerate(view.window.sides("sale"))
        for one in side.counterparties
        if one.net_fen > 0
        and any(abs(place - at) <= WITHIN for at in bought.get((one.counterparty, one.net_fen), ()))
    )
    return share(max(by_invoice, by_total), total)


def copied_months(view: View) -> int | None:
    """Of the last year's sales by month and buyer, those found the same in another month."""
    rows: Counter[tuple[str, int, int]] = Counter(
        (one.counterparty, one.invoices, one.net_fen)
        for side in view.sides("sale", YEAR_PLACES)
        for one in side.counterparties
        if one.net_fen > 0
    )
    total = sum(amount * count for (_, _, amount), count in rows.items())
    again = sum(amount * (count - 1) for (_, _, amount), count in rows.items())
    return share(again, total) if rows.total() >= LEAST_PARTIES else None


def _totals(sides: Iterable[SideSummary]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for side in sides:
        for party in side.counterparties:
            totals[party.counterparty] += party.net_fen
    return +totals


def _recent_and_earlier(
    view: View, direction: Direction
) -> tuple[Counter[str], Counter[str]] | None:
    recent, earlier = (view.sides(direction, at) for at in (RECENT_PLACES, EARLIER_PLACES))
    # With a handful of invoices a new party is most of them by chance.
    if min(sum(side.blue for side in part) for part in (recent, earlier)) < LEAST_INVOICES:
        return None
    now, before = _totals(recent), _totals(earlier)
    return (now, before) if now and len(before) >= LEAST_PARTIES else None


def _largest_new(view: View, direction: Direction) -> int | None:
    if (found := _recent_and_earlier(view, direction)) is None:
        return None
    recent, earlier = found
    new = (amount for party, amount in recent.items() if party not in earlier)
    return share(max(new, default=0), recent.total())


def _concentration(view: View, direction: Direction) -> int | None:
    if (found := _recent_and_earlier(view, direction)) is None:
        return None
    now, before = (share(max(part.values()), part.total()) for part in found)
    return max(0, now - before)
