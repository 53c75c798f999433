"""When a loan is paid back and in which parts. Pure; money in integer fen, rates in basis points.

Interest follows People's Bank of China notice 2005 No. 129: a whole month bears a twelfth of the
yearly rate, a day of a broken one a 360th. A month so has thirty units of a 360th whatever its
length: a 31st day bears none, and the last day of a short month bears what is missing.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from portal.products.repayment import cost

UNITS_A_MONTH: Final = 30
# Fen times basis points times units, or days of a year of 360.
PARTS_A_FEN: Final = 10_000 * 12 * UNITS_A_MONTH


class Method(StrEnum):
    """How the principal comes back."""

    ANNUITY = "annuity"
    EQUAL_PRINCIPAL = "equal_principal"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is due on one day; the last one of an annuity takes up what rounding left."""

    number: int
    due_on: date
    principal_fen: int
    interest_fen: int

    @property
    def total_fen(self) -> int:
        """Principal and interest."""
        return self.principal_fen + self.interest_fen


def due_date(paid_out_on: date, number: int) -> date:
    """The same day ``number`` months later; the last of the month where there is no such day."""
    year, month = divmod(paid_out_on.year * 12 + paid_out_on.month - 1 + number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(paid_out_on.day, last))


def units_between(period_began_on: date, day: date) -> int:
    """Units of interest from the first day of a month's period to ``day`` within it."""
    return min(max((day - period_began_on).days, 0), UNITS_A_MONTH)


def months_between(paid_out_on: date, day: date) -> Fraction:
    """Months of interest from the payout to ``day``, parts of one by its units."""
    number = 0
    while due_date(paid_out_on, number + 1) <= day:
        number += 1
    units = units_between(due_date(paid_out_on, number), day)
    return number + Fraction(units, UNITS_A_MONTH)


def interest_of(principal_fen: int, *, rate_bp: int, units: int) -> int:
    """Interest for so many 360ths of a year, rounded to the fen half up; nothing is negative."""
    return rounded(principal_fen * rate_bp * units)


def rounded(parts: int) -> int:
    """Fen of a product of fen, basis points and units, half up."""
    return (2 * parts + PARTS_A_FEN) // (2 * PARTS_A_FEN)


def schedule_of(
    amount_fen: int,
    *,
    annual_rate_bp: int,
    months: range,
    method: Method,
    paid_out_on: date,
    first_units: int = UNITS_A_MONTH,
) -> tuple[Instalment, ...]:
    """The instalments that pay ``amount_fen`` back, one at the end of each of ``months``.

    ``months`` counts from the day the loan was paid out, ``range(1, term + 1)`` for a whole one.
    ``first_units`` is what its first month still bears, after some was paid early.
    Refuses (`ValueError`) no amount and no month.
    """
    if amount_fen <= 0 or not months:
        raise ValueError("amount and months must be positive")
    left = amount_fen
    found = []
    for number, principal in zip(
        months, _principals(amount_fen, annual_rate_bp, len(months), method), strict=True
    ):
        units = first_units if number == months[0] else UNITS_A_MONTH
        interest = interest_of(left, rate_bp=annual_rate_bp, units=units)
        found.append(Instalment(number, due_date(paid_out_on, number), principal, interest))
        left -= principal
    return tuple(found)


def _principals(amount: int, rate_bp: int, term: int, method: Method) -> Iterator[int]:
    match method:
        case Method.BULLET:
            yield from [0] * (term - 1)
            yield amount
        case Method.EQUAL_PRINCIPAL:
            yield from (amount * (k + 1) // term - amount * k // term for k in range(term))
        case Method.ANNUITY:
            yield from _annuity_principals(amount, rate_bp, term)


def _annuity_principals(amount: int, rate_bp: int, term: int) -> Iterator[int]:
    monthly = cost(amount, annual_rate_bp=rate_bp, term_months=term).monthly_fen
    left = amount
    for _ in range(term - 1):
        interest = interest_of(left, rate_bp=rate_bp, units=UNITS_A_MONTH)
        principal = min(max(monthly - interest, 0), left)
        yield principal
        left -= principal
    yield left
