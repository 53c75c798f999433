"""Random histories of a loan over a real operator: both books agree to the fen, whatever fails.

``TAXBRIDGE_LOAN_HISTORIES`` says how many; `make loan-histories` runs ten thousand.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from portal.core.errors import Refused
from portal.servicing.loans import account_of, today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import OPEN, Loan, MoneyOrder, OrderRole, OrderState
from portal.servicing.note_sent import note_sent
from portal.servicing.open_loan import open_loan
from portal.servicing.orders import order_for_rail
from portal.servicing.rails.protocol import Kind
from portal.servicing.repay_loan import repay_loan
from portal.servicing.retry_disbursement import retry_disbursement
from portal.servicing.statement import lines_of
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import PAID_OUT, LoanStatus
from tests.clearing.conftest import Clearing
from tests.personas import People
from tests.servicing.copies import Drawn, copied, terms
from tests.servicing.lending import Lending, fresh, lending, months_ago, ready_agreement, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Act = tuple[str, int | None]
HISTORIES = int(os.environ.get("TAXBRIDGE_LOAN_HISTORIES", "15"))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("days"), st.integers(1, 75)),
        st.tuples(st.just("pay"), st.integers(1, 1_000)),
        st.tuples(st.just("lose"), st.integers(1, 3)),
        st.tuples(st.just("freeze"), st.integers(0, 1)),
        st.tuples(st.just("spend"), st.integers(1, 1_000)),
        st.tuples(st.just("earn"), st.integers(1, 10**8)),
        st.tuples(st.just("work"), st.integers(1, 3)),
        st.tuples(st.just("die"), st.none()),
        st.tuples(st.just("retry"), st.none()),
        st.tuples(st.just("run"), st.none()),
    ),
    min_size=1,
    max_size=12,
)


class History:
    """One loan, and what may happen to it."""

    def __init__(self, lender: Lending, opened: Callable[[str], Loan]) -> None:
        self.lender = lender
        self.wallet = lender.wallet()
        self.loan = opened(self.wallet)

    def act(self, name: str, much: int | None) -> None:
        getattr(self, f"_{name}")(much)
        self.loan = fresh(self.loan)

    def _days(self, days: int) -> None:
        """Time goes by for a loan that has nothing under way: its order's day would go with it."""
        under_way = MoneyOrder.objects.filter(loan=self.loan, state__in=OPEN).exists()
        if self.loan.last_days and not under_way:
            months_ago(self.loan, 0, days=days)

    def _pay(self, thousandths: int) -> None:
        if self.loan.status in PAID_OUT:
            owed = account_of(self.loan, day=today()).payoff.owed_fen
            with suppress(Refused):
                repay_loan(
                    self.lender.people.sara,
                    loan_id=self.loan.id,
                    amount_fen=owed * thousandths // 1_000,
                )

    def _lose(self, answers: int) -> None:
        self.lender.operator.post("/drills", name="lose_answers", value=answers)

    def _freeze(self, frozen: int) -> None:
        self.lender.operator.post("/drills", wallet=self.wallet, frozen=bool(frozen))

    def _spend(self, thousandths: int) -> None:
        fen = self.lender.fen(self.wallet) * thousandths // 1_000
        if fen:
            self.lender.operator.post(
                "/payments",
                reference=str(uuid4()),
                payer=self.wallet,
                payee=self.lender.wallet(),
                fen=fen,
            )

    def _earn(self, fen: int) -> None:
        self.lender.give(self.wallet, fen)

    def _work(self, rounds: int) -> None:
        work(self.loan, rounds=rounds)

    def _die(self, _much: None) -> None:
        """A worker ends after the rail has carried its order out, and stores nothing of it."""
        order = MoneyOrder.objects.filter(loan=self.loan, state=OrderState.ASKED).first()
        if order is not None:
            note_sent(ACTOR, order_id=order.id)
            self.lender.operator.post("/drills", name="lose_answers", value=0)
            self.lender.operator.rail.place(order_for_rail(order))

    def _retry(self, _much: None) -> None:
        with suppress(Refused):
            retry_disbursement(self.lender.people.boss, loan_id=self.loan.id)

    def _run(self, _much: None) -> None:
        while look_at_loans(ACTOR, day=today()):
            pass

    def end(self) -> Loan:
        """No answer is lost any more: everything that was asked for comes to its end."""
        self._lose(0)
        return work(self.loan, rounds=60)


def check_books(history: History, loan: Loan) -> None:
    """Each order moved at the operator what the portal says, and nothing else of the loan moved.

    Whether all of the operator's accounts add up is looked at when it ends.
    """
    books = history.lender.operator.ledger.books
    orders = list(MoneyOrder.objects.filter(loan=loan))
    assert not [order for order in orders if order.state in OPEN]
    for order in orders:
        row = books.connection.execute(
            "SELECT coalesce(sum(fen), 0) FROM transfer WHERE reference = ?",
            (history.lender.operator.reference(order.id),),
        ).fetchone()
        assert row == (order.moved_fen,), order
    paid_in = [order for order in orders if order.kind == Kind.COLLECTION and order.moved_fen]
    assert sorted(order.moved_fen for order in paid_in) == sorted(
        loan.payments.values_list("amount_fen", flat=True)
    )
    out = [one for one in orders if one.role == OrderRole.DISBURSEMENT and one.moved_fen]
    assert [one.moved_fen for one in out] == [loan.amount_fen - loan.fees_fen] * len(out)
    assert len(out) == (loan.paid_out_on is not None)


def check_account(loan: Loan) -> None:
    """Principal lent is principal paid and principal left; what was paid beyond went back."""
    if loan.paid_out_on is None:
        return
    parts = [one for _payment, one in lines_of(loan)]
    account = account_of(loan, day=today())
    assert sum(one.principal_fen for one in parts) + account.payoff.principal_fen == loan.amount_fen
    returned = MoneyOrder.objects.filter(
        loan=loan, role=OrderRole.REFUND, state=OrderState.SETTLED
    ).values_list("moved_fen", flat=True)
    if loan.status == LoanStatus.CLOSED:
        assert sum(one.surplus_fen for one in parts) == sum(returned)
        assert account.is_settled


@pytest.fixture
def transferring(people: People, clearing: Clearing, settings: Settings) -> tuple[Lending, Loan]:
    lender = lending(people, clearing, settings)
    return lender, opened_loan(lender)


@pytest.fixture
def template(lender: Lending) -> Loan:
    """As the system opens it; the others are copies of other terms."""
    return opened_loan(lender)


def opened_loan(lender: Lending) -> Loan:
    agreement = ready_agreement(lender.people, rail=lender.operator.rail_name)
    loan = open_loan(ACTOR, application_id=agreement.application_id)
    assert loan is not None
    return loan


def check_history(
    lender: Lending, admin_url: str, template: Loan, acts: list[Act], drawn: Drawn
) -> None:
    """What happens to a loan of the terms drawn, and what came of it in both books."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        history = History(lender, lambda wallet: copied(admin, template, wallet, drawn))
    for name, much in acts:
        history.act(name, much)
    loan = history.end()
    check_books(history, loan)
    check_account(loan)


def freely(number: int) -> settings:
    return settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.mark.timeout(0 if HISTORIES > 100 else 300)
@freely(HISTORIES)
@given(acts=ACTS, drawn=terms())
def test_both_books_agree_whatever_fails(
    lender: Lending, template: Loan, admin_url: str, acts: list[Act], drawn: Drawn
) -> None:
    check_history(lender, admin_url, template, acts, drawn)


@pytest.mark.timeout(0 if HISTORIES > 100 else 300)
@freely(max(15, HISTORIES // 10))
@given(acts=ACTS, drawn=terms())
def test_both_books_agree_over_bank_transfers(
    transferring: tuple[Lending, Loan], admin_url: str, acts: list[Act], drawn: Drawn
) -> None:
    """A tenth as many: each waits for rounds of the clearing."""
    lender, template = transferring
    check_history(lender, admin_url, template, acts, drawn)
