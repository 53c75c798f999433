"""The payments that a loan would be paid back in, before its first day is known. Pure; fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from portal.products.annual_percentage import AnnualPercentage, annual_percentage_of
from portal.products.method_words import METHOD_WORDS
from portal.products.schedule import Method, schedule_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# People's Bank of China notice 2005 No. 129, as portal/products/schedule.py counts.
DAY_COUNT: Final = "30/360"
# A month bears the same interest whatever its length, so no amount depends on the day.
_ANY_DAY: Final = date(2001, 1, 1)


@dataclass(frozen=True, slots=True)
class Payments:
    """Principal and interest of each month, in order."""

    method: Method
    parts: tuple[tuple[int, int], ...]

    @property
    def words(self) -> StrPromise:
        """The method, in words."""
        return METHOD_WORDS[self.method]

    @property
    def amounts_fen(self) -> tuple[int, ...]:
        """What is due each month."""
        return tuple(principal + interest for principal, interest in self.parts)

    @property
    def count(self) -> int:
        return len(self.parts)

    @property
    def first_fen(self) -> int:
        return sum(self.parts[0])

    @property
    def last_fen(self) -> int:
        return sum(self.parts[-1])

    @property
    def interest_fen(self) -> int:
        """All interest; ``total_fen`` is with the principal, exact to the fen."""
        return sum(interest for _, interest in self.parts)

    @property
    def total_fen(self) -> int:
        return sum(self.amounts_fen)

    def percentage(self, received_fen: int) -> AnnualPercentage:
        """What they cost a year, for what was received on the first day; ValueError for no rate."""
        return annual_percentage_of(received_fen, self.amounts_fen)


def payments_of(
    amount_fen: int, *, annual_rate_bp: int, term_months: int, method: Method
) -> Payments:
    """The payments of a whole loan. Refuses (`ValueError`) no amount and no month."""
    plan = schedule_of(
        amount_fen,
        annual_rate_bp=annual_rate_bp,
        months=range(1, term_months + 1),
        method=method,
        paid_out_on=_ANY_DAY,
    )
    return Payments(method, tuple((one.principal_fen, one.interest_fen) for one in plan))
