"""Whole calendar months (Asia/Shanghai), the unit in which consents and chunks speak."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_FORM = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One month; ``str()`` and ``parse`` use ``YYYY-MM``."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``; anything else raises ValueError."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"a month reads YYYY-MM, not {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: date) -> Self:
        """The month of a date, or of an aware time as seen in Shanghai."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(SHANGHAI)
        return cls(moment.year, moment.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    def __add__(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month from ``first`` to ``last``, both included; empty when last < first."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [first + step for step in range(max(count, 0))]
