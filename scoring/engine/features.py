"""The features: whole numbers computed from a window of monthly summaries.

Amounts are fen, shares parts per million, rounded down; None where a feature has no meaning for
the firm, as retention has none in its first year. In a window that lacks its first months (``lag``)
counts of months are stated for 24, and the year before for 12; counterparties are as seen.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.engine.summary import SideSummary
from scoring.engine.window import HALF, WINDOW_MONTHS, Window

PPM = 1_000_000
SHARE_CEILING = 100 * PPM


class Unit(StrEnum):
    """What a figure counts."""

    FEN = "fen"
    MONTHS = "months"
    COUNT = "count"
    PPM = "ppm"


class Better(StrEnum):
    """Which way the trade expects a feature to help."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of the catalogue; ``months`` is the history it needs before it has a value."""

    name: str
    unit: Unit
    better: Better
    months: int
    compute: Callable[[Window], int | None]
    categories: tuple[str, ...] = ("vat_invoices",)


def monthly_sales(window: Window) -> int | None:
    """Sales a month since the first sale, after red-letter invoices, without VAT."""
    months = window.months_on_record
    return max(0, _net(window.sides("sale"))) // months if months else None


def sales_months(window: Window) -> int | None:
    """Months in which something was sold."""
    return _of_all_months(sum(window.has_sales), window)


def purchase_months(window: Window) -> int | None:
    """Months in which something was bought."""
    return _of_all_months(sum(side.blue > 0 for side in window.sides("purchase")), window)


def yearly_invoices(window: Window) -> int | None:
    """Valid sales invoices a year since the first sale, red-letter ones not counted."""
    months = window.months_on_record
    return sum(side.blue for side in window.sides("sale")) * 12 // months if months else None


def sales_growth(window: Window) -> int | None:
    """Sales of the last 12 months to those of the 12 before, if there were any."""
    sides = window.sides("sale")
    return _share(_net(sides[HALF:]) * (HALF - window.lag), _net(sides[:HALF]) * HALF)


def sales_volatility(window: Window) -> int | None:
    """Average distance of a month's sales from the mean month, to that mean."""
    months = window.months_on_record
    nets = [side.net_fen for side in window.sides("sale")[WINDOW_MONTHS - months :]]
    total = sum(nets)
    return _share(sum(abs(net * months - total) for net in nets), total * months)


def void_share(window: Window) -> int | None:
    """Sales invoices made void, of all issued."""
    sides = window.sides("sale")
    return _share(sum(side.void for side in sides), sum(side.rows - side.repeats for side in sides))


def red_share(window: Window) -> int | None:
    """Sales reversed by red-letter invoices, of sales before them."""
    sides = window.sides("sale")
    reversed_fen = -sum(side.red_net_fen for side in sides)
    return _share(reversed_fen, sum(side.blue_net_fen for side in sides))


def purchases_to_sales(window: Window) -> int | None:
    """Purchases to sales, both without VAT."""
    purchases = _net(window.sides("purchase"))
    return _share(purchases, _net(window.sides("sale"))) if purchases > 0 else None


def buyers(window: Window) -> int | None:
    """Different buyers."""
    return len(_totals(window.sides("sale")))


def suppliers(window: Window) -> int | None:
    """Different suppliers."""
    return len(_totals(window.sides("purchase")))


def top_buyer_share(window: Window) -> int | None:
    """The largest buyer's part of the sales."""
    return _top_share(window.sides("sale"))


def top_supplier_share(window: Window) -> int | None:
    """The largest supplier's part of the purchases."""
    return _top_share(window.sides("purchase"))


def returning_buyers_share(window: Window) -> int | None:
    """Of the last 12 months' sales, the part to buyers of the 12 months before."""
    if window.months_on_record <= HALF:
        return None
    sides = window.sides("sale")
    earlier, later = _totals(sides[:HALF]), _totals(sides[HALF:])
    kept = sum(total for buyer, total in later.items() if buyer in earlier)
    return _share(kept, sum(later.values()))


CATALOGUE: tuple[Feature, ...] = (
    Feature("monthly_sales", Unit.FEN, Better.HIGHER, 1, monthly_sales),
    Feature("sales_months", Unit.MONTHS, Better.HIGHER, 1, sales_months),
    Feature("purchase_months", Unit.MONTHS, Better.HIGHER, 1, purchase_months),
    Feature("yearly_invoices", Unit.COUNT, Better.HIGHER, 1, yearly_invoices),
    Feature("sales_growth", Unit.PPM, Better.HIGHER, 13, sales_growth),
    Feature("sales_volatility", Unit.PPM, Better.LOWER, 1, sales_volatility),
    Feature("void_share", Unit.PPM, Better.LOWER, 1, void_share),
    Feature("red_share", Unit.PPM, Better.LOWER, 1, red_share),
    Feature("purchases_to_sales", Unit.PPM, Better.LOWER, 1, purchases_to_sales),
    Feature("buyers", Unit.COUNT, Better.HIGHER, 1, buyers),
    Feature("suppliers", Unit.COUNT, Better.HIGHER, 1, suppliers),
    Feature("top_buyer_share", Unit.PPM, Better.LOWER, 1, top_buyer_share),
    Feature("top_supplier_share", Unit.PPM, Better.LOWER, 1, top_supplier_share),
    Feature("returning_buyers_share", Unit.PPM, Better.HIGHER, 13, returning_buyers_share),
)
FEATURES: Mapping[str, Feature] = {feature.name: feature for feature in CATALOGUE}


def compute_features(window: Window) -> dict[str, int | None]:
    """Every feature of the catalogue, in its order."""
    return {feature.name: feature.compute(window) for feature in CATALOGUE}


def _of_all_months(months: int, window: Window) -> int:
    return months * WINDOW_MONTHS // (WINDOW_MONTHS - window.lag)


def _net(sides: Iterable[SideSummary]) -> int:
    return sum(side.net_fen for side in sides)


def _share(part: int, whole: int) -> int | None:
    """``part / whole`` in parts per million between 0 and 100 times; None without a whole."""
    return min(max(0, part) * PPM // whole, SHARE_CEILING) if whole > 0 else None


def _totals(sides: Iterable[SideSummary]) -> dict[str, int]:
    """Net amount by counterparty, of those with more sold than reversed."""
    totals: defaultdict[str, int] = defaultdict(int)
    for side in sides:
        for party in side.counterparties:
            totals[party.counterparty] += party.net_fen
    return {name: total for name, total in totals.items() if total > 0}


def _top_share(sides: Iterable[SideSummary]) -> int | None:
    totals = _totals(sides).values()
    return _share(max(totals, default=0), sum(totals))
