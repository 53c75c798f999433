"""Which month a source covers in full, and moving dates by whole months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from portal.core.months import Month


def last_full_month(newest: date) -> Month:
    """The last month that records reaching up to ``newest`` cover to its end."""
    return Month.of(newest + timedelta(days=1)) - 1


def months_apart(earlier: Month, later: Month) -> int:
    """Whole months from one to the other; negative when ``later`` comes first."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def moved(issued_on: str, months: int) -> str:
    """A date ``YYYY-MM-DD`` moved by whole months; the 31st becomes a shorter month's last day."""
    if not months:
        return issued_on
    month = Month.parse(issued_on[:7]) + months
    day = min(int(issued_on[8:]), monthrange(month.year, month.month)[1])
    return f"{month}-{day:02d}"
