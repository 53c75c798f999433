"""A window with its traces, and the shares that measures compare."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scoring.engine.calendar import CalendarMonth, month_number
from scoring.engine.signals.traces import MonthTraces, SideTraces
from scoring.engine.summary import Direction, MonthSummary, SideSummary
from scoring.engine.window import WINDOW_MONTHS, Window, window_of

PPM = 1_000_000
RECENT = 3
RECENT_PLACES = range(WINDOW_MONTHS - RECENT, WINDOW_MONTHS)
YEAR_PLACES = range(WINDOW_MONTHS - 12, WINDOW_MONTHS)
EARLIER_PLACES = range(WINDOW_MONTHS - RECENT)
CEILING = 100 * PPM


@dataclass(frozen=True, slots=True)
class View:
    """The window, and for each place its traces: None where a month with invoices has none."""

    window: Window
    traces: tuple[MonthTraces | None, ...]

    def sides(self, direction: Direction, places: Iterable[int]) -> list[SideSummary]:
        """Summaries of one direction at these places."""
        sides = self.window.sides(direction)
        return [sides[place] for place in places]

    def sale_traces(self, places: Iterable[int]) -> list[SideTraces] | None:
        """Traces of sales at these places; None when one of them has none."""
        found = [self.traces[place] for place in places]
        sides = [one.sale for one in found if one is not None]
        return sides if len(sides) == len(found) else None


def view_of(
    summaries: Iterable[MonthSummary],
    traces: Iterable[MonthTraces],
    as_of: str | CalendarMonth,
    *,
    lag: int = 0,
) -> View:
    """Put summaries and traces in their places. Raises ValueError when a month comes twice."""
    window = window_of(summaries, as_of, lag=lag)
    placed: dict[int, MonthTraces] = {}
    for one in traces:
        number = month_number(one.month)
        if number in placed:
            raise ValueError(f"two traces of {one.month}")
        placed[number] = one
    places = (_traces_at(placed, month) for month in window.months)
    return View(window, tuple(places))


def _traces_at(placed: dict[int, MonthTraces], month: MonthSummary) -> MonthTraces | None:
    found = placed.get(month_number(month.month))
    if found is None and month.sale.rows + month.purchase.rows == 0:
        return MonthTraces(month.month, SideTraces(), SideTraces())
    return found


def share(part: int, whole: int) -> int:
    """Parts per million between 0 and 100 times; 0 without a whole."""
    return min(max(0, part) * PPM // whole, CEILING) if whole > 0 else 0


def jump_of(
    view: View,
    direction: Direction,
    part: Callable[[SideSummary], int],
    whole: Callable[[SideSummary], int],
    *,
    least: int = 1,
) -> int | None:
    """How much larger a share is in the last three months than before; None with too little."""
    recent, earlier = (view.sides(direction, at) for at in (RECENT_PLACES, EARLIER_PLACES))
    wholes = [sum(map(whole, sides)) for sides in (recent, earlier)]
    if min(wholes) < least:
        return None
    now, before = (
        share(sum(map(part, sides)), total)
        for sides, total in zip((recent, earlier), wholes, strict=True)
    )
    return max(0, now - before)


def traced_jump_of(
    view: View, part: Callable[[SideTraces], int], whole: Callable[[SideTraces], int], *, least: int
) -> int | None:
    """As ``jump_of``, from the traces of sales; None also where a month has no traces."""
    recent, earlier = view.sale_traces(RECENT_PLACES), view.sale_traces(EARLIER_PLACES)
    if recent is None or earlier is None:
        return None
    wholes = [sum(map(whole, sides)) for sides in (recent, earlier)]
    if min(wholes) < least:
        return None
    now = share(sum(map(part, recent)), wholes[0])
    return max(0, now - share(sum(map(part, earlier)), wholes[1]))
