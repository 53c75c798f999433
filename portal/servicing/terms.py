"""What was agreed on a loan, and what an amount of money is made of. Pure; integer fen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.products.schedule import UNITS_A_MONTH, Instalment, Method, schedule_of

LastDay = Callable[[date], date]


def as_it_falls(day: date) -> date:
    """A due date that no holiday puts off."""
    return day


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """Rates in basis points of a year.

    ``last_day`` gives the last day on which what is due on a day can be paid without a penalty:
    the next working day where that is a holiday.
    """

    amount_fen: int
    annual_rate_bp: int
    penalty_rate_bp: int
    term_months: int
    method: Method
    paid_out_on: date
    last_day: LastDay = as_it_falls

    def plan(
        self, left_fen: int, *, month: int, units: int = UNITS_A_MONTH
    ) -> tuple[Instalment, ...]:
        """The instalments of ``left_fen`` from the end of ``month`` on.

        ``units`` is what that month still bears interest for.
        """
        return schedule_of(
            left_fen,
            annual_rate_bp=self.annual_rate_bp,
            months=range(month, self.term_months + 1),
            method=self.method,
            paid_out_on=self.paid_out_on,
            first_units=units,
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """Money of the firm that arrived on a day."""

    amount_fen: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class Parts:
    """``surplus_fen`` is more than could be taken, and goes back."""

    penalty_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0
    surplus_fen: int = 0

    @property
    def owed_fen(self) -> int:
        """All but the surplus."""
        return self.penalty_fen + self.interest_fen + self.principal_fen

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.owed_fen + self.surplus_fen

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.penalty_fen + other.penalty_fen,
            self.interest_fen + other.interest_fen,
            self.principal_fen + other.principal_fen,
            self.surplus_fen + other.surplus_fen,
        )
