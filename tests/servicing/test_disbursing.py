"""From the signed agreement to the money, over a real mover of money on each rail."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connections

from portal.applications.disbursement import Disbursement
from portal.applications.withdraw_application import withdraw_application
from portal.servicing.ask_order_again import ask_order_again
from portal.servicing.give_up_loan import give_up_loan
from portal.servicing.loans import today
from portal.servicing.models import Loan, MoneyOrder, OrderRole, OrderState
from portal.servicing.note_sent import note_sent
from portal.servicing.open_loan import open_loan
from portal.servicing.orders import order_for_rail
from portal.servicing.retry_disbursement import retry_disbursement
from portal.servicing.statement import statement_of
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import LoanStatus
from portal.servicing.waiting import agreements_to_open
from tests.applications.cases import new_product, under_review
from tests.applications.offers import agreed, days_go_by, offered
from tests.products.versions import in_force
from tests.servicing.lending import (
    Lending,
    fresh,
    jobs_of,
    moved,
    refused,
    signed_by_both,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def _change_amount(loan: Loan, *, by: int) -> None:
    """As somebody with the owner's rights might."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE servicing_order SET amount_fen = amount_fen + %s, least_fen = least_fen + %s"
            " WHERE loan_id = %s",
            [by, by, loan.id],
        )


def test_it_is_paid_out_once_less_its_fees_and_runs(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.running(wallet)
    assert loan.status == LoanStatus.ACTIVE
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen
    assert loan.paid_out_on == today()
    assert len(loan.last_days) == loan.term_months
    assert open_loan(ACTOR, application_id=loan.application_id) is None
    assert moved(loan, OrderRole.DISBURSEMENT) == any_lender.fen(wallet)


def test_as_long_as_the_firm_can_go_back_nothing_is_paid_out(any_lender: Lending) -> None:
    people, rail = any_lender.people, any_lender.operator.rail_name
    place = Disbursement(rail, any_lender.wallet())
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product, cooling_off_days=7)
    kept, gone = (
        signed_by_both(people, offered(people.bo, under_review(people.sara, product)), place)
        for _ in range(2)
    )
    for offer in (kept, gone):
        assert offer.application_id not in agreements_to_open()
        assert open_loan(ACTOR, application_id=offer.application_id) is None
    withdraw_application(people.sara, application_id=gone.application_id)
    for offer in (kept, gone):
        days_go_by(offer, 8)
    assert gone.application_id not in agreements_to_open()
    assert open_loan(ACTOR, application_id=gone.application_id) is None
    assert kept.application_id in agreements_to_open()
    loan = open_loan(ACTOR, application_id=kept.application_id)
    assert loan is not None
    late = partial(withdraw_application, people.sara, application_id=kept.application_id)
    assert refused(late) == "cooling_off_over"
    assert kept.application_id not in agreements_to_open()


def test_a_bank_without_an_account_on_the_rail_opens_nothing(lender: Lending) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM servicing_bank_account WHERE rail = 'bank_transfer'")
    offer = agreed(lender.people)
    days_go_by(offer, 8)
    assert offer.application_id not in agreements_to_open()
    assert open_loan(ACTOR, application_id=offer.application_id) is None


def test_an_answer_lost_after_the_money_moved_pays_nothing_twice(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.opened(wallet)
    any_lender.operator.post("/drills", name="lose_answers", value=3)
    work(loan, rounds=1)
    assert fresh(loan).status == LoanStatus.DISBURSING
    loan = work(loan)
    assert loan.status == LoanStatus.ACTIVE
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen


def test_an_operator_that_is_down_is_asked_again(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.opened(wallet)
    any_lender.operator.kill()
    work(loan, rounds=4)
    assert fresh(loan).status == LoanStatus.DISBURSING
    any_lender.operator.start()
    assert work(loan).status == LoanStatus.ACTIVE
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen


def test_a_frozen_wallet_fails_and_is_tried_again_by_the_bank(any_lender: Lending) -> None:
    people, wallet = any_lender.people, any_lender.wallet()
    loan = any_lender.opened(wallet)
    any_lender.operator.post("/drills", wallet=wallet, frozen=True)
    assert work(loan).status == LoanStatus.DISBURSEMENT_FAILED
    assert MoneyOrder.objects.get(loan=loan).failure == "wallet_frozen"
    retry = partial(retry_disbursement, loan_id=loan.id)
    assert refused(lambda: retry(people.bo)) == "loan_disburse"
    assert refused(lambda: retry(people.ben)) in {"loan_disburse", "loan_missing"}
    any_lender.operator.post("/drills", wallet=wallet, frozen=False)
    retry(people.boss)
    assert work(loan).status == LoanStatus.ACTIVE
    assert refused(lambda: retry(people.boss)) == "loan_active_to_disbursing"
    assert refused(lambda: give_up_loan(people.boss, loan_id=loan.id)) == "loan_active_to_closed"
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen


def test_what_cannot_be_paid_out_is_given_up(any_lender: Lending) -> None:
    loan = any_lender.opened("0" * 16)
    assert work(loan).status == LoanStatus.DISBURSEMENT_FAILED
    assert give_up_loan(any_lender.people.boss, loan_id=loan.id).status == LoanStatus.CLOSED
    assert statement_of(fresh(loan))["payments"] == []


def test_bound_money_goes_to_the_named_supplier_only(lender: Lending) -> None:
    supplier, other = lender.wallet(), lender.wallet()
    loan = lender.running(lender.wallet(), supplier)
    into = MoneyOrder.objects.get(loan=loan).landed_in
    assert lender.fen(into) == loan.amount_fen - loan.fees_fen
    pay = partial(lender.operator.post, "/payments", payer=into, fen=100)
    assert pay(reference="a", payee=other) == 422
    assert pay(reference="b", payee=supplier) == 200


def test_an_amount_changed_under_way_stops_the_order(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.opened(wallet)
    any_lender.operator.post("/drills", name="lose_answers", value=1)
    work(loan, rounds=1)
    _change_amount(loan, by=1)
    loan = work(loan)
    assert loan.status == LoanStatus.DISBURSING
    assert MoneyOrder.objects.get(loan=loan).state == OrderState.DIFFERS
    assert not jobs_of(loan)


def test_a_worker_that_dies_after_placing_finds_the_order_again(any_lender: Lending) -> None:
    """Nothing of what it did is stored: as after kill -9 between the answer and the commit."""
    wallet = any_lender.wallet()
    loan = any_lender.opened(wallet)
    order = MoneyOrder.objects.get(loan=loan)
    note_sent(ACTOR, order_id=order.id)
    any_lender.operator.rail.place(order_for_rail(order))
    assert work(loan).status == LoanStatus.ACTIVE
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen


def test_a_stopped_order_goes_on_when_the_rail_has_what_we_mean(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.opened(wallet)
    any_lender.operator.post("/drills", name="lose_answers", value=1)
    work(loan, rounds=1)
    _change_amount(loan, by=1)
    assert work(loan).status == LoanStatus.DISBURSING
    ask = partial(ask_order_again, any_lender.people.boss, loan_id=loan.id)
    ask()
    work(loan)
    assert MoneyOrder.objects.get(loan=loan).state == OrderState.DIFFERS
    _change_amount(loan, by=-1)
    ask()
    assert work(loan).status == LoanStatus.ACTIVE
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen
    assert refused(ask) == "order_not_stopped"
