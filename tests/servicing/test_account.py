"""What payments pay off: on the day, late, early, in part; figures worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.products.schedule import Method
from portal.servicing.account import Account
from portal.servicing.terms import Parts, Payment
from tests.servicing.loans import PAID_OUT, loan

FIRST_DUE = date(2027, 2, 15)
SECOND_DUE = date(2027, 3, 15)


def paid(*payments: tuple[int, date], day: date) -> Account:
    return Account.after(loan(), [Payment(*one) for one in payments], day=day)


def test_what_is_due_is_the_first_instalment() -> None:
    assert paid(day=FIRST_DUE - timedelta(days=1)).due == Parts()
    assert paid(day=FIRST_DUE).due == Parts(0, 12_000, 100_000)


def test_paid_on_the_day_the_schedule_holds_to_the_end() -> None:
    terms = loan(method=Method.ANNUITY)
    account = Account(terms)
    total = Parts()
    for one in terms.plan(terms.amount_fen, month=1):
        total += account.pay(Payment(one.total_fen, one.due_on))
    assert account.is_settled
    # 12,000 yuan at 1 % a month: 1,066.19 a month, the last 1,066.14; interest 794.23.
    assert total == Parts(0, 79_423, 1_200_000)


def test_late_by_ten_days() -> None:
    # 1,120 yuan at 18 % for 10 days of a 360th: 5.60 yuan.
    account = paid(day=FIRST_DUE + timedelta(days=10))
    assert account.due == Parts(560, 12_000, 100_000)
    assert account.days_past_due == 10


def test_a_part_pays_penalty_then_interest_then_principal() -> None:
    late = FIRST_DUE + timedelta(days=10)
    account = Account(loan())
    assert account.pay(Payment(560 + 12_000 + 40_000, late)) == Parts(560, 12_000, 40_000)
    assert account.due == Parts(0, 0, 60_000)
    account.advance(late + timedelta(days=10))
    assert account.due == Parts(300, 0, 60_000)  # 600 yuan at 18 % for ten days: 3 yuan


def test_a_penalty_paid_in_part_goes_on_where_it_was() -> None:
    account = Account(loan())
    assert account.pay(Payment(200, FIRST_DUE + timedelta(days=10))) == Parts(200)
    account.advance(FIRST_DUE + timedelta(days=20))
    assert account.due == Parts(920, 12_000, 100_000)


def test_the_oldest_is_paid_first() -> None:
    account = Account(loan())
    account.advance(SECOND_DUE)
    # 28 days of 18 % on 1,120 yuan: 15.68; the second instalment is 1,110.
    assert account.due == Parts(1_568, 12_000 + 11_000, 200_000)
    account.pay(Payment(1_568 + 112_000, SECOND_DUE))
    assert [claim.due_on for claim in account.claims] == [SECOND_DUE]
    assert account.days_past_due == 0


def test_a_weekend_is_free_and_a_day_after_is_late_by_one() -> None:
    # 15 August 2027 is a Sunday.
    sunday, monday = date(2027, 8, 15), date(2027, 8, 16)
    terms = loan(working=True)
    before = [
        Payment(one.total_fen, max(one.due_on, terms.last_day(one.due_on)))
        for one in terms.plan(terms.amount_fen, month=1)[:6]
    ]
    on_monday = Account.after(terms, before, day=monday)
    assert sunday in [claim.due_on for claim in on_monday.claims]
    assert (on_monday.due.penalty_fen, on_monday.days_past_due) == (0, 0)
    on_tuesday = Account.after(terms, before, day=monday + timedelta(days=1))
    assert (on_tuesday.due.penalty_fen, on_tuesday.days_past_due) == (53, 1)  # 1,060 yuan: 0.53


def test_early_pays_interest_to_the_day_and_lowers_what_is_left() -> None:
    # Ten days of 12,000 yuan at 12 %: 40 yuan; 6,000 of principal.
    account = Account(loan())
    tenth = PAID_OUT + timedelta(days=10)
    assert account.pay(Payment(604_000, tenth)) == Parts(0, 4_000, 600_000)
    account.advance(FIRST_DUE)
    # The other twenty units of the month on 6,000 yuan: 40 yuan; 500 of principal a month.
    assert account.due == Parts(0, 4_000, 50_000)
    assert sum(one.principal_fen for one in account.plan) == 550_000


def test_ended_early_with_a_surplus() -> None:
    account = Account(loan())
    tenth = PAID_OUT + timedelta(days=10)
    account.advance(tenth)
    assert account.payoff == Parts(0, 4_000, 1_200_000)
    assert account.pay(Payment(1_204_001, tenth)) == Parts(0, 4_000, 1_200_000, 1)
    assert account.is_settled
    assert account.pay(Payment(5, tenth)) == Parts(surplus_fen=5)


def test_too_little_for_early_interest_is_given_back() -> None:
    account = Account(loan())
    tenth = PAID_OUT + timedelta(days=10)
    assert account.pay(Payment(4_000, tenth)) == Parts(surplus_fen=4_000)
    assert account.payoff == Parts(0, 4_000, 1_200_000)


def test_heard_of_late_it_counts_on_its_day() -> None:
    on_time, later = (112_000, FIRST_DUE), (111_000, SECOND_DUE)
    in_order = paid(on_time, later, day=SECOND_DUE)
    out_of_order = paid(later, on_time, day=SECOND_DUE)
    assert in_order.due == out_of_order.due == Parts()
    assert in_order.plan == out_of_order.plan


def test_what_comes_after_the_day_asked_for_is_left_out() -> None:
    assert paid((112_000, SECOND_DUE), day=FIRST_DUE).due == Parts(0, 12_000, 100_000)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_payment(amount: int) -> None:
    with pytest.raises(ValueError, match="one fen"):
        Account(loan()).pay(Payment(amount, FIRST_DUE))


def test_time_does_not_go_back() -> None:
    account = paid(day=FIRST_DUE)
    with pytest.raises(ValueError, match="2027-02-14 is before 2027-02-15"):
        account.advance(FIRST_DUE - timedelta(days=1))
