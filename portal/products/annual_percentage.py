"""What a loan costs a year, fees included: the rate at which all payments are worth what was lent.

Solves A - F = sum of P / (1 + i)^k for k = 1 to n (A lent, F fees kept back on the first day, P
the instalment, i the rate of a month), as People's Bank of China notice 2021 No. 3 asks for ("the
internal rate of return"). Said in both its ways: simple, 12 i, and compound, (1 + i)^12 - 1, which
is the annual percentage rate of Directive 2008/48/EC, annex I. Pure; rates in basis points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

_STEPS = 90  # each halves the interval: far below a basis point
_HIGHEST = Decimal(10)  # 1,000 % a month


@dataclass(frozen=True, slots=True)
class AnnualPercentage:
    """Simple and compound, each rounded half up."""

    nominal_bp: int
    effective_bp: int


def annual_percentage(
    amount_fen: int, *, fees_fen: int, monthly_fen: int, term_months: int
) -> AnnualPercentage:
    """The rate of equal instalments at the end of each month, with the fees taken at the start.

    ValueError when nothing would be paid out, or less is paid back than was paid out.
    """
    received = amount_fen - fees_fen
    if fees_fen < 0 or received <= 0 or monthly_fen * term_months < received:
        raise ValueError("there is no rate for these payments")
    monthly = Decimal(monthly_fen)
    return _percentage(received, lambda rate: monthly * (1 - (1 + rate) ** -term_months) / rate)


def annual_percentage_of(received_fen: int, payments_fen: Sequence[int]) -> AnnualPercentage:
    """The rate of any payments at the end of each month, for what was received on the first day.

    ValueError when nothing was received, a payment is negative, or less is paid than received.
    """
    if received_fen <= 0 or sum(payments_fen) < received_fen or min(payments_fen) < 0:
        raise ValueError("there is no rate for these payments")
    return _percentage(received_fen, lambda rate: _worth(payments_fen, rate))


def annual_percentage_paid(
    received_fen: int, payments: Sequence[tuple[Fraction, int]]
) -> AnnualPercentage:
    """The rate of payments as they came: each so many months after the money was received, in fen.

    The same equation, with parts of months in the exponent: paid on the planned days it is the
    rate that was shown before. ValueError as `annual_percentage_of`, and where so much is paid so
    soon that no rate below 1,000 % a month is high enough.
    """
    if received_fen <= 0 or sum(fen for _months, fen in payments) < received_fen:
        raise ValueError("there is no rate for these payments")
    later = [(Decimal(at.numerator) / at.denominator, fen) for at, fen in payments]

    def worth(rate: Decimal) -> Decimal:
        return sum((fen / (1 + rate) ** at for at, fen in later), Decimal(0))

    if worth(_HIGHEST) > received_fen:
        raise ValueError("there is no rate for payments so soon")
    return _percentage(received_fen, worth)


def _percentage(received_fen: int, worth: Callable[[Decimal], Decimal]) -> AnnualPercentage:
    """By halving: what the payments are worth falls as the rate rises."""
    with localcontext() as context:
        context.prec = 40
        low, high = Decimal(0), _HIGHEST
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if worth(middle) > received_fen else (low, middle)
        rate = (low + high) / 2
        return AnnualPercentage(_basis_points(12 * rate), _basis_points((1 + rate) ** 12 - 1))


def _worth(payments_fen: Sequence[int], rate: Decimal) -> Decimal:
    """Today's worth, from the last payment back."""
    total = Decimal(0)
    for payment in reversed(payments_fen):
        total = (total + payment) / (1 + rate)
    return total


def _basis_points(rate: Decimal) -> int:
    return int((rate * 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))
