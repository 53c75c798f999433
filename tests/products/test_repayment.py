"""What a loan costs: checked against figures worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.products.repayment import cost, percent


def test_a_year_at_twelve_percent() -> None:
    found = cost(12_000_000, annual_rate_bp=1200, term_months=12)
    assert found.monthly_fen == 1_066_185
    assert found.interest_fen == 1_066_185 * 12 - 12_000_000


@pytest.mark.parametrize(("amount_fen", "term"), [(0, 12), (-1, 12), (100, 0)])
def test_no_amount_or_no_term_is_refused(amount_fen: int, term: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        cost(amount_fen, annual_rate_bp=400, term_months=term)


@given(
    amount_fen=st.integers(10_000, 10**12),
    rate=st.integers(1, 3600),
    term=st.integers(1, 120),
)
def test_a_dearer_or_longer_loan_never_costs_less(amount_fen: int, rate: int, term: int) -> None:
    base = cost(amount_fen, annual_rate_bp=rate, term_months=term)
    dearer = cost(amount_fen, annual_rate_bp=rate + 1, term_months=term)
    assert base.monthly_fen * term >= amount_fen - term
    assert dearer.interest_fen >= base.interest_fen


@pytest.mark.parametrize(("basis_points", "text"), [(435, "4.35"), (5, "0.05"), (1200, "12.00")])
def test_percent(basis_points: int, text: str) -> None:
    assert percent(basis_points) == text
