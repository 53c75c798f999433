"""What a loan costs, so that products can be compared. Pure; money in integer fen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_BASIS_POINTS_A_MONTH = Decimal(10_000 * 12)


@dataclass(frozen=True, slots=True)
class Cost:
    """Equal monthly instalments; ``interest_fen`` is what is paid beyond the amount."""

    monthly_fen: int
    interest_fen: int


def cost(amount_fen: int, *, annual_rate_bp: int, term_months: int) -> Cost:
    """Instalment and interest of an annuity loan, rounded to the fen half up.

    ``amount_fen`` and ``term_months`` are positive, else ValueError.
    """
    if amount_fen <= 0 or term_months <= 0:
        raise ValueError("amount and term must be positive")
    rate = Decimal(annual_rate_bp) / _BASIS_POINTS_A_MONTH
    if rate == 0:
        exact = Decimal(amount_fen) / term_months
    else:
        exact = amount_fen * rate / (1 - (1 + rate) ** -term_months)
    monthly = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Cost(monthly_fen=monthly, interest_fen=max(monthly * term_months - amount_fen, 0))


def percent(annual_rate_bp: int) -> str:
    """``435`` → ``4.35``."""
    return f"{annual_rate_bp // 100}.{annual_rate_bp % 100:02d}"
