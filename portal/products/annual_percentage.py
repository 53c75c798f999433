"""What a loan costs a year, fees included: the rate at which all payments are worth what was lent.

Solves A - F = sum of P / (1 + i)^k for k = 1 to n (A lent, F fees kept back on the first day, P
the instalment, i the rate of a month), as People's Bank of China notice 2021 No. 3 asks for ("the
internal rate of return"). Said in both its ways: simple, 12 i, and compound, (1 + i)^12 - 1, which
is the annual percentage rate of Directive 2008/48/EC, annex I. Pure; rates in basis points.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

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
    with localcontext() as context:
        context.prec = 40
        rate = _monthly_rate(Decimal(received), Decimal(monthly_fen), term_months)
        return AnnualPercentage(_basis_points(12 * rate), _basis_points((1 + rate) ** 12 - 1))


def _monthly_rate(received: Decimal, monthly: Decimal, term: int) -> Decimal:
    """By halving: what the instalments are worth falls as the rate rises."""
    low, high = Decimal(0), _HIGHEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if monthly * (1 - (1 + middle) ** -term) / middle > received:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _basis_points(rate: Decimal) -> int:
    return int((rate * 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))
