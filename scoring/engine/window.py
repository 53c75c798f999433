"""The 24 months a score looks at, ending with the as-of month. Nothing else is seen.

A consent allows 24 months up to the last full one. While the tax authority has not confirmed the
newest of them, as many of the window's first months were never asked for: it is that much shorter.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from scoring.engine.calendar import CalendarMonth, month_number, month_text
from scoring.engine.summary import Direction, MonthSummary, SideSummary

WINDOW_MONTHS = 24
HALF = WINDOW_MONTHS // 2
MOST_LAG = 2


@dataclass(frozen=True, slots=True)
class Window:
    """Summaries by place: index 23 is the as-of month; a month without invoices is empty.

    So are the first ``lag`` places, which nobody has looked into.
    """

    as_of: int
    months: tuple[MonthSummary, ...]
    lag: int = 0

    def sides(self, direction: Direction) -> list[SideSummary]:
        """The sales, or the purchases, of each month in order."""
        if direction == "sale":
            return [month.sale for month in self.months]
        return [month.purchase for month in self.months]

    @property
    def has_sales(self) -> list[bool]:
        """For each month: was anything sold?"""
        return [month.sale.blue > 0 for month in self.months]

    @property
    def months_on_record(self) -> int:
        """Months from the first sale in the window to its end; 0 without any."""
        has_sales = self.has_sales
        return WINDOW_MONTHS - has_sales.index(True) if True in has_sales else 0

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the as-of month, a lag, and the window's canonical summaries."""
        lag = f" lag {self.lag}" if self.lag else ""
        head = f"taxbridge-score-input/1 {month_text(self.as_of)}{lag}\n"
        digest = hashlib.sha256(head.encode())
        for month in self.months:
            digest.update(hashlib.sha256(month.to_json()).digest())
        return digest.hexdigest()


def window_of(
    summaries: Iterable[MonthSummary], as_of: str | CalendarMonth, *, lag: int = 0
) -> Window:
    """Place summaries of any months and order in the window that ends at ``as_of``.

    Those of its first ``lag`` months are left out. Raises ValueError when a month of the window
    comes twice.
    """
    last = month_number(as_of)
    numbers = range(last - WINDOW_MONTHS + 1, last + 1)
    placed: dict[int, MonthSummary] = {}
    for summary in summaries:
        number = month_number(summary.month)
        if number not in numbers[lag:]:
            continue
        if number in placed:
            raise ValueError(f"two summaries of {summary.month}")
        placed[number] = summary
    months = tuple(placed.get(number) or _empty(number) for number in numbers)
    return Window(last, months, lag)


def _empty(number: int) -> MonthSummary:
    return MonthSummary(month_text(number), SideSummary(), SideSummary())
