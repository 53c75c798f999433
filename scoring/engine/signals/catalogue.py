"""The signals: coded hints of forged or arranged invoices, for officers, never in the score.

A signal's strength is 1 from the measure on that one real firm in sixty reaches, 2 from above all
firms the cuts were set on, 3 as far beyond again (``docs/signals.md``). Evidence is the months that
were compared and the band of the measure: no amount, no counterparty.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scoring.engine.signals import amounts, parties
from scoring.engine.signals.cuts import CUTS
from scoring.engine.signals.rereading import months_voided_since, voided_since
from scoring.engine.signals.view import PPM, RECENT_PLACES, YEAR_PLACES, View
from scoring.engine.summary import MonthSummary
from scoring.engine.window import WINDOW_MONTHS

Measure = Callable[[View], int | None]
VOIDED_SINCE = "voided_since"
# Upper ends in hundredths; the last band is open.
BANDS = (1, 2, 5, 10, 25, 50, 75, 100, 200, 400)


@dataclass(frozen=True, slots=True)
class Kind:
    """One signal of the catalogue and the places in the window that it speaks of."""

    code: str
    measure: Measure
    places: range = RECENT_PLACES


@dataclass(frozen=True, slots=True)
class Signal:
    """A hint: its code, strength 1 to 3, the months looked at, and the measure's band in percent.

    ``percent`` is the band's lower and upper end; the upper is None in the open one.
    """

    code: str
    strength: int
    months: tuple[str, ...]
    percent: tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Signals:
    """What was found, and the codes of what could not be computed for this firm."""

    found: tuple[Signal, ...]
    not_computable: tuple[str, ...]


_ALL = range(WINDOW_MONTHS)
KINDS: tuple[Kind, ...] = (
    Kind("void_jump", amounts.void_jump),
    Kind("red_jump", amounts.red_jump),
    Kind("purchase_red_jump", amounts.purchase_red_jump),
    Kind("repeat_jump", amounts.repeat_jump),
    Kind("sales_burst", amounts.sales_burst, RECENT_PLACES[1:]),
    Kind("purchases_fall", amounts.purchases_fall),
    Kind("flat_sales", amounts.flat_sales, YEAR_PLACES),
    Kind("round_jump", amounts.round_jump),
    Kind("under_limit_jump", amounts.under_limit_jump),
    Kind("lookalike_jump", amounts.lookalike_jump),
    Kind("month_end_jump", amounts.month_end_jump),
    Kind("weekend_jump", amounts.weekend_jump),
    Kind("serials_swapped", amounts.serials_swapped, YEAR_PLACES),
    Kind("new_buyer", parties.new_buyer),
    Kind("new_supplier", parties.new_supplier),
    Kind("buyer_concentration", parties.buyer_concentration),
    Kind("supplier_concentration", parties.supplier_concentration),
    Kind("both_ways", parties.both_ways, _ALL),
    Kind("equal_both_ways", parties.equal_both_ways, _ALL),
    Kind("copied_months", parties.copied_months, YEAR_PLACES),
)
CODES: tuple[str, ...] = (*(kind.code for kind in KINDS), VOIDED_SINCE)


def measures_of(view: View) -> dict[str, int | None]:
    """Every measure of one view, in the catalogue's order."""
    return {kind.code: kind.measure(view) for kind in KINDS}


def signals_for(
    view: View,
    *,
    read_before: Iterable[MonthSummary] = (),
    cuts: Mapping[str, tuple[int, int, int]] = CUTS,
) -> Signals:
    """The signals of a firm's window; ``read_before`` are summaries of an earlier reading.

    What a firm has too little for, or no traces, is named as not computable rather than found.
    """
    months = [month.month for month in view.window.months]
    found, unknown = [], []
    for kind in KINDS:
        measure = kind.measure(view)
        if measure is None:
            unknown.append(kind.code)
        elif strength := strength_of(kind.code, measure, cuts):
            at = tuple(months[place] for place in kind.places)
            found.append(Signal(kind.code, strength, at, band_of(measure)))
    before = tuple(read_before)
    voided = voided_since(before, view.window.months)
    if voided is None:
        unknown.append(VOIDED_SINCE)
    elif strength := strength_of(VOIDED_SINCE, voided, cuts):
        at = months_voided_since(before, view.window.months)
        found.append(Signal(VOIDED_SINCE, strength, at, band_of(voided)))
    return Signals(tuple(found), tuple(unknown))


def strength_of(code: str, measure: int, cuts: Mapping[str, tuple[int, int, int]] = CUTS) -> int:
    """0 for none, else 1 to 3."""
    return sum(measure >= cut for cut in cuts[code])


def band_of(measure: int) -> tuple[int, int | None]:
    """The band of a measure, in percent."""
    low = 0
    for high in BANDS:
        if measure * 100 < high * PPM:
            return low, high
        low = high
    return low, None
