"""The rate that fees and instalments come to: checked against figures worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.products.annual_percentage import (
    annual_percentage,
    annual_percentage_of,
    annual_percentage_paid,
)
from portal.products.repayment import cost
from portal.products.schedule import Method, months_between, schedule_of


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


@given(
    amount=st.integers(1_000_000, 10**10),
    monthly=st.integers(10_000, 10**9),
    term=st.integers(1, 60),
)
def test_equal_payments_one_by_one_have_the_same_rate(amount: int, monthly: int, term: int) -> None:
    assume(monthly * term >= amount)
    found = annual_percentage(amount, fees_fen=0, monthly_fen=monthly, term_months=term)
    assert annual_percentage_of(amount, [monthly] * term) == found


@given(
    amount=st.integers(1_000_000, 10**10),
    rate=st.integers(1, 3_600),
    term=st.integers(1, 60),
    method=st.sampled_from(Method),
)
def test_a_schedule_without_fees_has_the_rate_it_was_made_at(
    amount: int, rate: int, term: int, method: Method
) -> None:
    plan = schedule_of(
        amount,
        annual_rate_bp=rate,
        months=range(1, term + 1),
        method=method,
        paid_out_on=date(2027, 1, 31),
    )
    found = annual_percentage_of(amount, [one.total_fen for one in plan])
    assert abs(found.nominal_bp - rate) <= 1


def test_a_bullet_with_a_fee() -> None:
    # 98 received; 1 after a month, 101 after two: 98 q² - q - 101 = 0, q = 1.0203056.
    assert annual_percentage_of(9_800, [100, 10_100]).nominal_bp == 2_437


@pytest.mark.parametrize(("received", "payments"), [(0, [1]), (10, [9]), (10, [20, -1])])
def test_payments_that_have_no_rate_are_refused(received: int, payments: list[int]) -> None:
    with pytest.raises(ValueError, match="no rate"):
        annual_percentage_of(received, payments)


@given(
    amount=st.integers(1_000_000, 10**9),
    rate=st.integers(1, 3600),
    term=st.integers(1, 36),
    fee=st.integers(0, 50_000),
    method=st.sampled_from(Method),
    began=st.dates(date(2027, 1, 1), date(2029, 1, 1)),
)
def test_paid_on_the_planned_days_it_is_the_figure_shown_before(
    *, amount: int, rate: int, term: int, fee: int, method: Method, began: date
) -> None:
    plan = schedule_of(
        amount,
        annual_rate_bp=rate,
        months=range(1, term + 1),
        method=method,
        paid_out_on=began,
    )
    before = annual_percentage_of(amount - fee, [one.total_fen for one in plan])
    paid = [(months_between(began, one.due_on), one.total_fen) for one in plan]
    assert annual_percentage_paid(amount - fee, paid) == before


def test_paid_half_a_month_later_it_costs_less() -> None:
    on_time, late = Fraction(1), Fraction(3, 2)
    found = [annual_percentage_paid(10_000, [(at, 10_100)]).effective_bp for at in (on_time, late)]
    assert found == [1268, 829]  # 1.01 ** 12 and 1.01 ** 8


def test_what_comes_back_at_once_with_fees_kept_has_no_rate() -> None:
    with pytest.raises(ValueError, match="no rate"):
        annual_percentage_paid(9_900, [(Fraction(0), 10_000)])
