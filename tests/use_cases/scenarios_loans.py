"""A loan from the signed agreement to its closing, step by step; the rail's word is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.utils import timezone

from ledger.kinds import EventKind
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from portal.modelwatch.take_outcome import take_outcome
from portal.servicing.ask_order_again import ask_order_again
from portal.servicing.begin_loan import begin_loan
from portal.servicing.close_loan import close_loan
from portal.servicing.dispute_order import dispute_order
from portal.servicing.give_up_loan import give_up_loan
from portal.servicing.hear_callback import hear_callback
from portal.servicing.loans import account_of, today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import Loan, MoneyOrder, OrderState
from portal.servicing.note_sent import note_sent
from portal.servicing.open_loan import open_loan
from portal.servicing.rails.protocol import Answer, Failure, State
from portal.servicing.remind_of_payments import DAYS_BEFORE, remind_of_payments
from portal.servicing.repay_loan import repay_loan
from portal.servicing.resume_loans import PAUSE, resume_loans
from portal.servicing.retry_disbursement import retry_disbursement
from portal.servicing.settle_order import settle_order
from portal.servicing.tasks import ACTOR
from tests.personas import People
from tests.servicing.lending import months_ago, ready_agreement
from tests.use_cases.scenario import Case, scenario

MISSING = uuid4()
MOVE = frozenset({Job.MOVE_MONEY})
MESSAGE = frozenset({Job.SEND_MESSAGE})


def opened(people: People) -> Loan:
    offer = ready_agreement(people)
    loan = open_loan(ACTOR, application_id=offer.application_id)
    assert loan is not None
    return loan


def order_of(loan: Loan) -> MoneyOrder:
    return loan.orders.get(state__in=[OrderState.ASKED, OrderState.SENT])


def done(order: MoneyOrder) -> Answer:
    """The rail moved all of it."""
    return Answer(
        order_id=order.id,
        state=State.SETTLED,
        amount_fen=order.amount_fen,
        into=order.payee,
        at=timezone.now(),
    )


def not_done(order: MoneyOrder) -> Answer:
    return Answer(
        order_id=order.id, state=State.FAILED, failure=Failure.WALLET_FROZEN, at=timezone.now()
    )


def sent(loan: Loan) -> MoneyOrder:
    return note_sent(ACTOR, order_id=order_of(loan).id)


def unpaid(people: People) -> Loan:
    """A loan whose wallet was frozen."""
    loan = opened(people)
    order = sent(loan)
    settle_order(ACTOR, order_id=order.id, answer=not_done(order))
    return loan


def paid_out(people: People) -> Loan:
    loan = opened(people)
    order = sent(loan)
    settle_order(ACTOR, order_id=order.id, answer=done(order))
    return loan


def running(people: People) -> Loan:
    return begin_loan(ACTOR, loan_id=paid_out(people).id)


def repaying(people: People) -> MoneyOrder:
    """A loan whose last order is on its way."""
    loan = running(people)
    whole = account_of(loan, day=today()).payoff.owed_fen
    repay_loan(people.sara, loan_id=loan.id, amount_fen=whole)
    return sent(loan)


@scenario(open_loan, EventKind.LOAN_OPENED)
def an_agreement_that_binds(people: People) -> Case:
    offer = ready_agreement(people)
    return Case(
        run=partial(open_loan, ACTOR, application_id=offer.application_id),
        about=offer.application.ref,
        jobs=MOVE,
        refused=[(NotFound, partial(open_loan, ACTOR, application_id=MISSING))],
    )


@scenario(note_sent)
def an_order_leaves(people: People) -> Case:
    order = order_of(opened(people))
    return Case(
        run=partial(note_sent, ACTOR, order_id=order.id),
        refused=[(NotFound, partial(note_sent, ACTOR, order_id=MISSING))],
    )


@scenario(settle_order, EventKind.LOAN_DISBURSED)
def the_money_is_out(people: People) -> Case:
    loan = opened(people)
    order = order_of(loan)
    settle = partial(settle_order, ACTOR, order_id=order.id)
    early = partial(settle, answer=done(order))
    other = replace(done(order), order_id=MISSING)
    return Case(
        run=lambda: (sent(loan), early())[1],
        about=loan.application.ref,
        jobs=frozenset({Job.BEGIN_LOAN}),
        refused=[
            (RuleBroken, early),
            (NotFound, partial(settle, answer=other)),
            (NotFound, partial(settle_order, ACTOR, order_id=MISSING, answer=other)),
        ],
        afterwards=[
            (RuleBroken, partial(settle, answer=not_done(order))),
            (RuleBroken, partial(settle, answer=replace(done(order), amount_fen=1))),
        ],
    )


@scenario(settle_order, EventKind.LOAN_DISBURSEMENT_FAILED)
def the_wallet_is_frozen(people: People) -> Case:
    loan = opened(people)
    order = sent(loan)
    return Case(
        run=partial(settle_order, ACTOR, order_id=order.id, answer=not_done(order)),
        about=loan.application.ref,
        jobs=MESSAGE,
    )


@scenario(settle_order, EventKind.LOAN_PAID, EventKind.LOAN_SETTLED)
def the_last_payment(people: People) -> Case:
    order = repaying(people)
    return Case(
        run=partial(settle_order, ACTOR, order_id=order.id, answer=done(order)),
        about=order.loan.application.ref,
        jobs=MESSAGE | {Job.CLOSE_LOAN},
    )


@scenario(dispute_order, EventKind.LOAN_ORDER_DISPUTED)
def another_order_under_our_number(people: People) -> Case:
    order = sent(opened(people))
    return Case(
        run=partial(dispute_order, ACTOR, order_id=order.id),
        about=order.loan.application.ref,
        jobs=MESSAGE,
        refused=[(NotFound, partial(dispute_order, ACTOR, order_id=MISSING))],
    )


@scenario(ask_order_again, EventKind.LOAN_ORDER_ASKED_AGAIN)
def a_stopped_order_is_looked_up(people: People) -> Case:
    order, moving = sent(opened(people)), opened(people)
    dispute_order(ACTOR, order_id=order.id)
    again = partial(ask_order_again, loan_id=order.loan_id)
    return Case(
        run=lambda: again(people.boss),
        about=order.loan.application.ref,
        jobs=MOVE,
        refused=[
            (NotAllowed, lambda: again(people.bo)),
            (NotFound, lambda: ask_order_again(people.boss, loan_id=MISSING)),
            (RuleBroken, lambda: ask_order_again(people.boss, loan_id=moving.id)),
        ],
        afterwards=[(RuleBroken, lambda: again(people.boss))],
    )


@scenario(take_outcome)
def a_loan_says_what_became_of_it(people: People) -> Case:
    loan = running(people)
    take = partial(take_outcome, ACTOR, paid_out_on=today())
    return Case(
        run=partial(take, application_id=loan.application_id),
        refused=[(NotFound, partial(take, application_id=MISSING))],
    )


@scenario(resume_loans)
def a_job_ended_without_having_done_it(people: People) -> Case:
    order = sent(opened(people))
    resume_loans(ACTOR)
    job = JobRow.objects.filter(subject=f"order:{order.id}")
    job.update(status=JobStatus.FAILED, created_at=timezone.now() - PAUSE)
    return Case(run=partial(resume_loans, ACTOR), jobs=MOVE)


@scenario(remind_of_payments)
def a_payment_falls_due_soon(people: People) -> Case:
    loan = running(people)
    assert loan.next_look_on is not None
    day = loan.next_look_on - timedelta(days=DAYS_BEFORE)
    return Case(run=partial(remind_of_payments, ACTOR, day=day), jobs=MESSAGE)


@scenario(begin_loan, EventKind.LOAN_BEGUN)
def the_days_are_fixed(people: People) -> Case:
    early, loan = opened(people), paid_out(people)
    return Case(
        run=partial(begin_loan, ACTOR, loan_id=loan.id),
        about=loan.application.ref,
        jobs=MESSAGE | {Job.TAKE_OUTCOME},
        refused=[
            (InvalidTransition, partial(begin_loan, ACTOR, loan_id=early.id)),
            (NotFound, partial(begin_loan, ACTOR, loan_id=MISSING)),
        ],
    )


@scenario(look_at_loans, EventKind.LOAN_CLASSED)
def a_payment_is_late(people: People) -> Case:
    while look_at_loans(ACTOR, day=today()):
        pass
    loan = months_ago(running(people), 1, days=14)
    return Case(
        run=partial(look_at_loans, ACTOR, day=today()),
        about=loan.application.ref,
        jobs=MESSAGE | MOVE,
    )


@scenario(repay_loan, EventKind.LOAN_PAYMENT_ASKED)
def a_firm_pays_early(people: People) -> Case:
    loan, early = running(people), opened(people)
    pay = partial(repay_loan, people.sara, loan_id=loan.id)
    return Case(
        run=partial(pay, amount_fen=100_000),
        about=loan.application.ref,
        jobs=MOVE,
        refused=[
            (NotAllowed, partial(repay_loan, people.sam, loan_id=loan.id, amount_fen=1)),
            (NotFound, partial(repay_loan, people.mallory, loan_id=loan.id, amount_fen=1)),
            (RuleBroken, partial(pay, amount_fen=loan.amount_fen * 2)),
            (RuleBroken, partial(pay, amount_fen=0)),
            (RuleBroken, partial(repay_loan, people.sara, loan_id=early.id, amount_fen=1)),
        ],
        afterwards=[(RuleBroken, partial(pay, amount_fen=100_000))],
    )


@scenario(retry_disbursement, EventKind.LOAN_DISBURSEMENT_RETRIED)
def the_bank_sends_again(people: People) -> Case:
    loan = unpaid(people)
    again = partial(retry_disbursement, loan_id=loan.id)
    return Case(
        run=lambda: again(people.boss),
        about=loan.application.ref,
        jobs=MOVE,
        refused=[
            (NotAllowed, lambda: again(people.bo)),
            (NotFound, lambda: retry_disbursement(people.boss, loan_id=MISSING)),
        ],
        afterwards=[(InvalidTransition, lambda: again(people.boss))],
    )


@scenario(give_up_loan, EventKind.LOAN_CLOSED)
def nothing_was_paid_out(people: People) -> Case:
    loan, runs = unpaid(people), running(people)
    give_up = partial(give_up_loan, loan_id=loan.id)
    return Case(
        run=lambda: give_up(people.boss),
        about=loan.application.ref,
        jobs=MESSAGE | {Job.END_MONITORING},
        refused=[
            (NotAllowed, lambda: give_up(people.bo)),
            (NotFound, lambda: give_up_loan(people.boss, loan_id=MISSING)),
            (InvalidTransition, lambda: give_up_loan(people.boss, loan_id=runs.id)),
        ],
    )


@scenario(close_loan, EventKind.LOAN_CLOSED)
def all_is_paid_back(people: People) -> Case:
    owing, order = running(people), repaying(people)
    settle_order(ACTOR, order_id=order.id, answer=done(order))
    close = partial(close_loan, ACTOR)
    return Case(
        run=partial(close, loan_id=order.loan_id),
        about=order.loan.application.ref,
        jobs=MESSAGE | {Job.END_MONITORING},
        refused=[
            (InvalidTransition, partial(close, loan_id=owing.id)),
            (NotFound, partial(close, loan_id=MISSING)),
        ],
    )


@scenario(hear_callback)
def the_rail_calls(people: People) -> Case:
    order = sent(opened(people))
    return Case(run=partial(hear_callback, ACTOR, order_id=order.id), jobs=MOVE)
