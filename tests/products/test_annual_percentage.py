"""The rate that fees and instalments come to: checked against figures worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.products.annual_percentage import annual_percentage
from portal.products.repayment import cost


def test_without_fees_it_is_the_rate_itself() -> None:
    found = annual_percentage(12_000_000, fees_fen=0, monthly_fen=1_066_185, term_months=12)
    assert (found.nominal_bp, found.effective_bp) == (1200, 1268)  # 1.01 ** 12 = 1.126825


def test_one_instalment_with_a_fee() -> None:
    # 9,800 paid out, 10,100 paid back a month later: 300 / 9,800 = 3.0612 % a month.
    found = annual_percentage(1_000_000, fees_fen=20_000, monthly_fen=1_010_000, term_months=1)
    assert (found.nominal_bp, found.effective_bp) == (3673, 4360)


def test_two_instalments_solved_by_the_quadratic_formula() -> None:
    # 100 = 60 / q + 60 / q² gives q = (0.6 + sqrt(0.36 + 2.4)) / 2 = 1.1306624.
    found = annual_percentage(10_000, fees_fen=0, monthly_fen=6_000, term_months=2)
    assert found.nominal_bp == 15_679


@pytest.mark.parametrize(("fees", "monthly"), [(-1, 200), (1_000, 200), (0, 99), (1_200, 200)])
def test_payments_without_a_rate_are_refused(fees: int, monthly: int) -> None:
    with pytest.raises(ValueError, match="no rate"):
        annual_percentage(1_000, fees_fen=fees, monthly_fen=monthly, term_months=10)


@given(
    amount=st.integers(1_000_000, 10**11),
    rate=st.integers(1, 3600),
    term=st.integers(1, 120),
    fee=st.integers(0, 50_000),
)
def test_it_is_the_rate_and_a_fee_only_adds(amount: int, rate: int, term: int, fee: int) -> None:
    monthly = cost(amount, annual_rate_bp=rate, term_months=term).monthly_fen
    free = annual_percentage(amount, fees_fen=0, monthly_fen=monthly, term_months=term)
    with_fee = annual_percentage(amount, fees_fen=fee, monthly_fen=monthly, term_months=term)
    assert abs(free.nominal_bp - rate) <= 1
    assert with_fee.nominal_bp >= free.nominal_bp <= free.effective_bp + 1
