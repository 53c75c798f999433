"""What goes on beside a loan: lost jobs, reminders, watching, what it says of itself."""

from __future__ import annotations

import time
from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone

from portal.applications.monitoring import standing_monitoring
from portal.consents.signing import grant
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from portal.modelwatch.outcome_models import LoanOutcome
from portal.servicing.ask_monitoring import ask_monitoring
from portal.servicing.loans import account_of, payments_of, today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import Loan, OrderRole
from portal.servicing.queries import is_watched
from portal.servicing.remind_of_payments import remind_of_payments
from portal.servicing.repay_loan import repay_loan
from portal.servicing.resume_loans import PAUSE, resume_loans
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import LoanStatus
from tests.gate.parties import EVIDENCE
from tests.servicing.lending import (
    Lending,
    day_in,
    fresh,
    jobs_of,
    months_ago,
    moved,
    refused,
    run_day,
    work,
    work_once,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


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
