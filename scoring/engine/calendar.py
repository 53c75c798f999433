"""Month arithmetic of the engine: a month is the integer ``year * 12 + month - 1``."""

import re
from datetime import date
from typing import Protocol

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z", re.ASCII)


class CalendarMonth(Protocol):
    """Whatever names a month by its first day, such as ``portal.core.months.Month``."""

    @property
    def first(self) -> date: ...


def month_number(month: str | date | CalendarMonth) -> int:
    """Number of a month given as ``YYYY-MM``, a day in it, or an object with ``first``.

    Raises ValueError for text of any other form.
    """
    if isinstance(month, str):
        found = _MONTH.match(month)
        if found is None:
            raise ValueError(f"not a month: {month!r}")
        return int(found[1]) * 12 + int(found[2]) - 1
    day = month if isinstance(month, date) else month.first
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """``YYYY-MM`` of a month's number."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
