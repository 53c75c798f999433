"""From the first instalment to the closed loan, over a real mover of money on each rail."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from portal.core.errors import RuleBroken
from portal.servicing.close_loan import close_loan
from portal.servicing.loans import account_of, payments_of, today
from portal.servicing.models import OrderRole
from portal.servicing.note_sent import note_sent
from portal.servicing.rails.protocol import Answer, State
from portal.servicing.repay_loan import repay_loan
from portal.servicing.settle_order import settle_order
from portal.servicing.statement import statement_of
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import LoanStatus
from tests.applications.test_races import at_once
from tests.servicing.lending import (
    Lending,
    day_in,
    fresh,
    months_ago,
    moved,
    refused,
    run_day,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_on_the_day_what_is_due_is_collected(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = months_ago(any_lender.running(wallet), 1)
    due = account_of(loan, day=today()).due
    before = any_lender.fen(wallet)
    loan = run_day(loan)
    assert loan.status == LoanStatus.ACTIVE
    assert before - any_lender.fen(wallet) == due.owed_fen == moved(loan, OrderRole.INSTALMENT)
    assert not account_of(loan, day=today()).claims
    assert run_day(loan).next_look_on == loan.next_look_on


def test_too_little_money_is_taken_and_the_rest_is_late_with_a_penalty(lender: Lending) -> None:
    wallet = lender.wallet()
    loan = lender.running(wallet)
    with lender.operator.ledger.changing() as books:
        spent = lender.fen(wallet) - 1_000
        books.move("gone", payer=wallet, payee=lender.bank_account, fen=spent, day=today(), why="x")
    loan = months_ago(loan, 1, days=12)
    loan = run_day(loan)
    assert (lender.fen(wallet), moved(loan, OrderRole.INSTALMENT)) == (0, 1_000)
    assert (loan.status, loan.arrears) == (LoanStatus.IN_ARREARS, "special_mention")
    account = account_of(loan, day=today())
    assert account.days_past_due > 0
    assert account.due.owed_fen > 0
    lender.give(wallet, 10**9)
    loan = run_day(loan, days=1)
    assert (loan.status, loan.arrears) == (LoanStatus.ACTIVE, "normal")


def test_paid_back_early_it_is_closed_with_a_statement(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.running(wallet)
    any_lender.give(wallet, loan.fees_fen + 10**6)
    repay = partial(repay_loan, any_lender.people.sara, loan_id=loan.id)
    whole = account_of(loan, day=today()).payoff.owed_fen
    assert refused(lambda: repay(amount_fen=whole + 1)) == "payment_out_of_range"
    assert refused(lambda: repay(amount_fen=0)) == "payment_out_of_range"
    repay(amount_fen=whole)
    assert refused(lambda: repay(amount_fen=whole)) == "payment_under_way"
    loan = work(loan)
    assert loan.status == LoanStatus.CLOSED
    assert loan.statement == statement_of(loan)
    assert loan.statement is not None
    assert loan.statement["total"]["principal_fen"] == loan.amount_fen
    assert refused(lambda: repay(amount_fen=1)) == "loan_not_running"
    assert close_loan(ACTOR, loan_id=loan.id) is not None


def test_heard_late_a_payment_counts_from_its_own_day(any_lender: Lending) -> None:
    """The answer of three days ago is lost: interest of the days since is not owed."""
    loan = months_ago(any_lender.running(any_lender.wallet()), 0, days=10)
    then = timezone.now() - timedelta(days=3)
    whole = account_of(loan, day=day_in(-3)).payoff.owed_fen
    assert whole < account_of(loan, day=today()).payoff.owed_fen
    order = repay_loan(any_lender.people.sara, loan_id=loan.id, amount_fen=whole)
    note_sent(ACTOR, order_id=order.id)
    answer = Answer(
        order_id=order.id, state=State.SETTLED, amount_fen=whole, into=order.payee, at=then
    )
    assert settle_order(ACTOR, order_id=order.id, answer=answer)
    loan = fresh(loan)
    assert (loan.status, loan.settled_on) == (LoanStatus.SETTLED, day_in(-3))


def test_two_devices_at_once_pay_once(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.running(wallet)
    repay = partial(repay_loan, any_lender.people.sara, loan_id=loan.id, amount_fen=50_000)

    def attempt() -> None:
        with suppress(RuleBroken):
            repay()

    assert at_once(attempt, attempt) == ["done", "done"]
    assert loan.orders.filter(role=OrderRole.EARLY).count() == 1
    before = any_lender.fen(wallet)
    loan = work(loan)
    assert before - any_lender.fen(wallet) == 50_000
    assert [one.amount_fen for one in payments_of(loan)] == [50_000]


def test_paid_as_planned_it_cost_what_was_said_before(lender: Lending) -> None:
    """With fees, and each payment on its day: the figure of the offer, by the same formula."""
    loan = lender.running(lender.wallet(fen=10**9))
    for _ in range(loan.term_months):
        loan = run_day(months_ago(loan, 1))
    assert loan.status == LoanStatus.CLOSED
    assert loan.statement is not None
    assert abs(loan.statement["effective_bp_as_paid"] - loan.effective_bp) <= 40
    assert len(loan.statement["payments"]) == loan.term_months
