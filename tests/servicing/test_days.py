"""Month ends, leap days and holidays on a loan that is really paid out and collected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connections

from portal.servicing.begin_loan import begin_loan
from portal.servicing.loans import account_of
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import Loan, OrderRole
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import LoanStatus
from tests.servicing.lending import Lending, fresh, moved, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def paid_out(lender: Lending, wallet: str, day: date) -> Loan:
    """A loan whose money arrived on this day; the owner can say so before it begins."""
    loan = work(lender.opened(wallet), rounds=1)
    assert loan.status == LoanStatus.DISBURSED
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE servicing_loan SET paid_out_on = %s WHERE id = %s", [day, loan.id])
    return begin_loan(ACTOR, loan_id=loan.id)


def run_day(loan: Loan, day: date) -> Loan:
    while look_at_loans(ACTOR, day=day):
        pass
    return work(loan)


def empty(lender: Lending, wallet: str) -> None:
    """All of the wallet's money is spent."""
    fen = lender.fen(wallet)
    lender.operator.post(
        "/payments", reference=f"all of {wallet}", payer=wallet, payee=lender.wallet(), fen=fen
    )
    assert lender.fen(wallet) == 0


def test_paid_out_on_a_month_end_it_is_due_on_month_ends_and_on_the_leap_day(
    lender: Lending,
) -> None:
    loan = paid_out(lender, lender.wallet(), date(2028, 1, 31))
    due = [one.due_on for one in account_of(loan, day=date(2028, 1, 31)).plan]
    assert due[:4] == [date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30), date(2028, 5, 31)]
    assert loan.next_look_on == date(2028, 2, 29)
    # 30 April 2028 is a Sunday.
    last = [date.fromisoformat(day) for day in loan.last_days]
    assert all(on <= until < on + timedelta(days=10) for on, until in zip(due, last, strict=True))
    assert last[2] == date(2028, 5, 1)


def test_paid_out_on_a_leap_day_it_is_due_on_the_29th_and_a_year_later_on_the_28th(
    lender: Lending,
) -> None:
    loan = paid_out(lender, lender.wallet(), date(2028, 2, 29))
    due = [one.due_on for one in account_of(loan, day=date(2028, 2, 29)).plan]
    assert due[0] == date(2028, 3, 29)
    assert due[11] == date(2029, 2, 28)


def test_in_a_holiday_it_is_collected_on_its_day_and_late_only_after_it(lender: Lending) -> None:
    """Due on 1 October 2026; the holiday ends on the 7th, so that the 8th is still in time."""
    wallet = lender.wallet()
    loan = paid_out(lender, wallet, date(2026, 9, 1))
    empty(lender, wallet)
    assert loan.last_days[0] == "2026-10-08"
    for day in (1, 4, 8):
        loan = run_day(loan, date(2026, 10, day))
        assert (loan.status, loan.next_look_on) == (LoanStatus.ACTIVE, date(2026, 10, day + 1))
        assert account_of(loan, day=date(2026, 10, day)).due.penalty_fen == 0
    assert run_day(loan, date(2026, 10, 9)).status == LoanStatus.IN_ARREARS
    assert account_of(loan, day=date(2026, 10, 9)).due.penalty_fen > 0
    assert moved(loan, OrderRole.INSTALMENT) == 0
    assert fresh(loan).orders.filter(role=OrderRole.INSTALMENT).count() == 4
