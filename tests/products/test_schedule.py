"""Schedules: checked against figures worked out by hand, and adding up whatever is asked."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.products.repayment import cost
from portal.products.schedule import (
    Method,
    due_date,
    interest_of,
    months_between,
    schedule_of,
    units_between,
)

JANUARY_31 = date(2027, 1, 31)


def parts(method: Method, *, rate: int = 1200, term: int = 3) -> list[tuple[int, int]]:
    found = schedule_of(
        1_000_000,
        annual_rate_bp=rate,
        months=range(1, term + 1),
        method=method,
        paid_out_on=JANUARY_31,
    )
    return [(one.principal_fen, one.interest_fen) for one in found]


def test_an_annuity_at_one_percent_a_month() -> None:
    # 10,000 yuan, q = 1.01: instalment 10,000 * 0.01 / (1 - 1.01 ** -3) = 3,400.22 yuan.
    assert parts(Method.ANNUITY) == [(330_022, 10_000), (333_322, 6_700), (336_656, 3_367)]


def test_equal_principal() -> None:
    assert parts(Method.EQUAL_PRINCIPAL) == [(333_333, 10_000), (333_333, 6_667), (333_334, 3_333)]


def test_a_bullet_pays_interest_each_month_and_the_whole_at_the_end() -> None:
    assert parts(Method.BULLET) == [(0, 10_000), (0, 10_000), (1_000_000, 10_000)]


def test_without_interest_only_the_amount_is_due() -> None:
    assert parts(Method.ANNUITY, rate=0) == [(333_333, 0), (333_333, 0), (333_334, 0)]


@pytest.mark.parametrize(
    ("paid_out_on", "number", "due_on"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),  # not the 28th: the day is kept in mind
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 11, 15), 2, date(2028, 1, 15)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
    ],
)
def test_due_on_the_same_day_or_the_last_of_the_month(
    paid_out_on: date, number: int, due_on: date
) -> None:
    assert due_date(paid_out_on, number) == due_on


@pytest.mark.parametrize(("day", "units"), [(15, 0), (16, 1), (31, 16), (14, 0)])
def test_units_are_days(day: int, units: int) -> None:
    assert units_between(date(2027, 1, 15), date(2027, 1, day)) == units


def test_a_thirty_first_day_bears_nothing() -> None:
    began = date(2027, 1, 15)
    thirtieth, thirty_first = date(2027, 2, 14), date(2027, 2, 15)
    assert units_between(began, thirtieth) == units_between(began, thirty_first) == 30


def test_interest_is_rounded_half_up() -> None:
    # 36,000 fen at 1 bp for 50 units: exactly half a fen; one fen less: below it.
    assert interest_of(36_000, rate_bp=1, units=50) == 1
    assert interest_of(35_999, rate_bp=1, units=50) == 0


@pytest.mark.parametrize(("amount", "term"), [(0, 12), (-1, 12), (100, 0)])
def test_no_amount_or_no_month_is_refused(amount: int, term: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        schedule_of(
            amount,
            annual_rate_bp=400,
            months=range(1, term + 1),
            method=Method.ANNUITY,
            paid_out_on=JANUARY_31,
        )


LOANS = {
    "amount": st.integers(1, 10**12),
    "rate": st.integers(0, 3_600),
    "term": st.integers(1, 120),
    "method": st.sampled_from(Method),
    "paid_out_on": st.dates(date(2020, 1, 1), date(2040, 12, 31)),
}


@given(**LOANS)
def test_every_schedule_adds_up(
    amount: int, rate: int, term: int, method: Method, paid_out_on: date
) -> None:
    found = schedule_of(
        amount,
        annual_rate_bp=rate,
        months=range(1, term + 1),
        method=method,
        paid_out_on=paid_out_on,
    )
    assert sum(one.principal_fen for one in found) == amount
    assert [one.number for one in found] == list(range(1, term + 1))
    assert all(one.principal_fen >= 0 and one.interest_fen >= 0 for one in found)
    left = amount
    for one in found:
        exact = Fraction(left * rate, 120_000)
        assert abs(one.interest_fen - exact) <= Fraction(1, 2)
        left -= one.principal_fen
    days = [paid_out_on, *(one.due_on for one in found)]
    assert all(28 <= (later - day).days <= 31 for day, later in pairwise(days))


# Of an amount of a few fen, what rounding adds may pay all back before the last month.
@given(amount=st.integers(100_000, 10**12), rate=LOANS["rate"], term=LOANS["term"])
def test_an_annuity_is_what_was_shown_before_but_for_its_last(
    amount: int, rate: int, term: int
) -> None:
    shown = cost(amount, annual_rate_bp=rate, term_months=term).monthly_fen
    found = schedule_of(
        amount,
        annual_rate_bp=rate,
        months=range(1, term + 1),
        method=Method.ANNUITY,
        paid_out_on=JANUARY_31,
    )
    assert all(one.total_fen == shown for one in found[:-1])
    # Half a fen of rounding in each instalment and each interest, with interest upon it.
    grown = sum((1 + Fraction(rate, 120_000)) ** k for k in range(term))
    assert abs(found[-1].total_fen - shown) <= 1 + grown


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2027, 1, 31), Fraction(0)),
        (date(2027, 2, 10), Fraction(1, 3)),
        (date(2027, 2, 27), Fraction(27, 30)),
        (date(2027, 2, 28), Fraction(1)),
        (date(2027, 3, 30), Fraction(2)),
        (date(2027, 3, 31), Fraction(2)),
        (date(2028, 2, 29), Fraction(13)),
    ],
)
def test_months_count_their_days_as_units(day: date, months: Fraction) -> None:
    assert months_between(JANUARY_31, day) == months
