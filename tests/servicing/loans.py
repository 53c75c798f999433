"""Loans for the tests of this folder."""

from __future__ import annotations

from datetime import date, timedelta

from portal.products.schedule import Method
from portal.servicing.terms import LoanTerms

PAID_OUT = date(2027, 1, 15)


def loan(
    *,
    amount_fen: int = 1_200_000,
    rate_bp: int = 1_200,
    months: int = 12,
    method: Method = Method.EQUAL_PRINCIPAL,
    working: bool = False,
) -> LoanTerms:
    """12,000 yuan over a year at one percent a month, 1,000 of principal each month."""
    terms = LoanTerms(amount_fen, rate_bp, rate_bp * 3 // 2, months, method, PAID_OUT)
    if not working:
        return terms
    return LoanTerms(amount_fen, rate_bp, rate_bp * 3 // 2, months, method, PAID_OUT, next_monday)


def next_monday(day: date) -> date:
    """Weekends put off what is due."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
