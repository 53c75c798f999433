"""From the signed agreement to the closed loan, over a real operator."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from portal.applications.disbursement import Disbursement
from portal.applications.monitoring import standing_monitoring
from portal.applications.withdraw_application import withdraw_application
from portal.consents.signing import grant
from portal.core.errors import Refused, RuleBroken
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from portal.modelwatch.outcome_models import LoanOutcome
from portal.servicing.ask_monitoring import ask_monitoring
from portal.servicing.ask_order_again import ask_order_again
from portal.servicing.close_loan import close_loan
from portal.servicing.give_up_loan import give_up_loan
from portal.servicing.loans import account_of, payments_of, today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import Loan, MoneyOrder, OrderRole, OrderState
from portal.servicing.note_sent import note_sent
from portal.servicing.open_loan import open_loan
from portal.servicing.orders import order_for_rail
from portal.servicing.queries import is_watched
from portal.servicing.rails.protocol import Answer, State
from portal.servicing.remind_of_payments import remind_of_payments
from portal.servicing.repay_loan import repay_loan
from portal.servicing.resume_loans import PAUSE, resume_loans
from portal.servicing.retry_disbursement import retry_disbursement
from portal.servicing.settle_order import settle_order
from portal.servicing.statement import statement_of
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import LoanStatus
from portal.servicing.waiting import agreements_to_open
from tests.applications.cases import new_product, under_review
from tests.applications.offers import agreed, days_go_by, offered
from tests.applications.test_races import at_once
from tests.gate.parties import EVIDENCE
from tests.products.versions import in_force
from tests.servicing.lending import (
    Lending,
    day_in,
    fresh,
    jobs_of,
    months_ago,
    moved,
    signed_by_both,
    work,
    work_once,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def refused(call: object) -> str:
    assert callable(call)
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def _change_amount(loan: Loan, *, by: int) -> None:
    """As somebody with the owner's rights might."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE servicing_order SET amount_fen = amount_fen + %s, least_fen = least_fen + %s"
            " WHERE loan_id = %s",
            [by, by, loan.id],
        )


def run_day(loan: Loan, *, days: int = 0) -> Loan:
    while look_at_loans(ACTOR, day=day_in(days)):
        pass
    return work(loan)


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


def test_with_the_loan_ends_the_watching_over_it(any_lender: Lending) -> None:
    people, wallet = any_lender.people, any_lender.wallet()
    loan = any_lender.running(wallet)
    asked = ask_monitoring(people.sara, application_id=loan.application_id)
    grant(asked, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")
    assert len(standing_monitoring(loan.application_id)) == 1
    any_lender.give(wallet, loan.fees_fen + 10**6)
    whole = account_of(loan, day=today()).payoff.owed_fen
    repay_loan(people.sara, loan_id=loan.id, amount_fen=whole)
    assert work(loan).status == LoanStatus.CLOSED
    assert standing_monitoring(loan.application_id) == []
    ask = partial(ask_monitoring, people.sara, application_id=loan.application_id)
    assert refused(ask) == "loan_over"
    assert is_watched(people.sara, loan.application_id) is None


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


def test_a_job_that_ended_without_having_done_it_is_asked_for_again(lender: Lending) -> None:
    """At each of the steps; in between everything else stays as it was."""
    wallet = lender.wallet()
    loan = lender.opened(wallet)
    for status in (LoanStatus.DISBURSING, LoanStatus.DISBURSED, LoanStatus.ACTIVE):
        assert fresh(loan).status == status
        waiting = jobs_of(loan)
        JobRow.objects.filter(id__in=[job.id for job in waiting]).update(
            status=JobStatus.FAILED, created_at=timezone.now() - 2 * PAUSE
        )
        assert not jobs_of(loan)
        resume_loans(ACTOR)
        assert len(jobs_of(loan)) == len(waiting)
        resume_loans(ACTOR)
        assert len(jobs_of(loan)) == len(waiting)
        work(loan, rounds=1)
    lender.give(wallet, loan.fees_fen + 10**6)
    whole = account_of(fresh(loan), day=today()).payoff.owed_fen
    repay_loan(lender.people.sara, loan_id=loan.id, amount_fen=whole)
    work(loan, rounds=1)
    assert fresh(loan).status == LoanStatus.SETTLED
    (closing,) = jobs_of(loan)
    JobRow.objects.filter(id=closing.id).update(
        status=JobStatus.FAILED, created_at=timezone.now() - 2 * PAUSE
    )
    resume_loans(ACTOR)
    assert work(loan).status == LoanStatus.CLOSED
    assert moved(loan, OrderRole.DISBURSEMENT) == loan.amount_fen - loan.fees_fen


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


def test_an_operator_down_for_a_day_collects_once_it_is_back(any_lender: Lending) -> None:
    """The day's run goes on meanwhile, and asks for nothing else."""
    wallet = any_lender.wallet()
    loan = months_ago(any_lender.running(wallet), 1)
    due, before = account_of(loan, day=today()).due.owed_fen, any_lender.fen(wallet)
    any_lender.operator.post("/drills", name="down_until", value=time.time() + 86_400)
    for days in (0, 1):
        while look_at_loans(ACTOR, day=day_in(days)):
            pass
        work(loan, rounds=3)
    assert any_lender.fen(wallet) == before
    assert loan.orders.filter(role=OrderRole.INSTALMENT).count() == 1
    any_lender.operator.post("/drills", name="down_until", value=0)
    work(loan)
    assert before - any_lender.fen(wallet) == due
    assert [one.amount_fen for one in payments_of(loan)] == [due]


def test_a_payment_is_announced_once_before_its_day(lender: Lending) -> None:
    loan = lender.running(lender.wallet())
    assert loan.next_look_on is not None
    values = {"application": str(loan.application_id)}
    told = JobRow.objects.filter(
        name=Job.SEND_MESSAGE, payload__contains={"message": "loan_due_soon", "values": values}
    )
    for days, number in ((4, 0), (3, 1), (2, 1), (0, 1)):
        while remind_of_payments(ACTOR, day=loan.next_look_on - timedelta(days=days)):
            pass
        assert told.count() == number, days


def test_paid_as_planned_it_cost_what_was_said_before(lender: Lending) -> None:
    """With fees, and each payment on its day: the figure of the offer, by the same formula."""
    loan = lender.running(lender.wallet(fen=10**9))
    for _ in range(loan.term_months):
        loan = run_day(months_ago(loan, 1))
    assert loan.status == LoanStatus.CLOSED
    assert loan.statement is not None
    assert abs(loan.statement["effective_bp_as_paid"] - loan.effective_bp) <= 40
    assert len(loan.statement["payments"]) == loan.term_months


def outcomes(loan: Loan) -> list[tuple[date, date | None]]:
    """What the loan has said of itself, as a worker took it."""
    jobs = JobRow.objects.filter(
        name=Job.TAKE_OUTCOME, subject=loan.application.ref, status=JobStatus.QUEUED
    )
    for job in jobs.order_by("created_at"):
        work_once(job)
    said = LoanOutcome.objects.filter(application_id=loan.application_id).order_by("noted_at")
    return list(said.values_list("paid_out_on", "overdue_90_on"))


def test_a_loan_says_that_it_was_paid_out_and_once_that_it_went_bad(lender: Lending) -> None:
    wallet = lender.wallet()
    loan = lender.running(wallet)
    good = (today(), None)
    assert outcomes(loan) == [good]
    with lender.operator.ledger.changing() as books:
        fen, payee = lender.fen(wallet), lender.bank_account
        books.move("spent", payer=wallet, payee=payee, fen=fen, day=today(), why="x")
    loan = run_day(months_ago(loan, 2))
    assert outcomes(loan) == [good]
    loan = months_ago(loan, 3)
    assert loan.paid_out_on is not None
    late = account_of(loan, day=today()).days_past_due
    assert late > 90
    loan = run_day(loan)
    assert loan.arrears == "substandard"
    for _ in range(2):
        assert [bad for _paid_out, bad in outcomes(loan)] == [None, day_in(90 - late)]
        loan = run_day(loan, days=1)
