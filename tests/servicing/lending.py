"""Loans over a real mover of money, reached the way the system reaches them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from portal.applications.disbursement import Disbursement, Payee, RailName
from portal.applications.models import Offer
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.settle_agreement import settle_agreement
from portal.core.errors import Refused
from portal.core.jobs import Job
from portal.core.wire import public_key_set
from portal.jobs.lease import take
from portal.jobs.models import JobRow, JobStatus
from portal.jobs.tasks import run_leased
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import Loan, MoneyOrder, OrderRole, OrderState
from portal.servicing.open_loan import open_loan
from portal.servicing.tasks import ACTOR
from tests.applications.cases import SYSTEM
from tests.applications.offers import account_named, bank_signs, days_go_by, one_offer, sign_for
from tests.personas import People
from tests.rails.mover import Mover

_OURS = [Job.MOVE_MONEY, Job.BEGIN_LOAN, Job.CLOSE_LOAN, Job.END_MONITORING]
_MUCH = 10**12
ACCOUNT = "BANKA00000000001"
# Longer than a round of the clearing.
ROUND_SECONDS = 0.15


def new_number() -> str:
    """A wallet nobody has."""
    return uuid4().hex[:16].upper()


@dataclass
class Lending:
    """People, and a mover of money with an account of bank A."""

    people: People
    operator: Mover
    bank_account: str

    def wallet(self, *, fen: int = 0, name: str | None = None) -> str:
        """A new wallet or account of sara's firm's that lets the bank collect."""
        name = name or new_number()
        with self.operator.ledger.changing() as books:
            books.open_account(name, institution="abc", owner="firm", **self.operator.holds)
            books.allow_collection(name, self.bank_account)
        if fen:
            self.give(name, fen)
        return name

    def give(self, wallet: str, fen: int) -> None:
        """From outside."""
        with self.operator.ledger.changing() as books:
            books.move(
                str(uuid4()),
                payer="issue",
                payee=wallet,
                fen=fen,
                day=timezone.localdate(),
                why="issue",
            )

    def opened(self, wallet: str, *payees: str) -> Loan:
        """A loan whose disbursement is asked for."""
        offer = ready_agreement(self.people, wallet, *payees, rail=self.operator.rail_name)
        loan = open_loan(ACTOR, application_id=offer.application_id)
        assert loan is not None
        return loan

    def running(self, wallet: str, *payees: str) -> Loan:
        """A loan that was paid out today."""
        return work(self.opened(wallet, *payees))

    def fen(self, account: str) -> int:
        return self.operator.fen(account)


def ready_agreement(
    people: People, wallet: str = "", *payees: str, rail: str = RailName.ECNY
) -> Offer:
    """An agreement of bank A that nobody can go back on any more."""
    named = tuple(Payee("Demo Mill", one) for one in payees)
    place = Disbursement(rail, wallet or new_number(), named)
    offer = signed_by_both(people, one_offer(people), place)
    days_go_by(offer, offer.document["cooling_off_days"] + 1)
    return offer


def signed_by_both(people: People, made: Offer, place: Disbursement) -> Offer:
    """An agreement as it stands the moment the bank has signed."""
    bank_has_account(people, place.rail)
    offer = account_named(people.bo, made, place)
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    bank_signs(people.bo, offer)
    settle_agreement(SYSTEM, application_id=offer.application_id)
    return offer


def bank_has_account(people: People, rail: str) -> None:
    """Bank A names its account on a rail; the owner puts it down."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO servicing_bank_account (bank_id, rail, account) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [people.bo.organisation_id, rail, ACCOUNT],
        )


def lending(people: People, operator: Mover, settings: Settings) -> Lending:
    """The mover of money is a rail of the installation, and bank A has an account there."""
    keys = operator.folder / "public.json"
    keys.write_text(public_key_set(operator.key.key), encoding="utf-8")
    settings.RAILS = {operator.rail_name: (operator.url, keys)}
    settings.RAIL_KEY = operator.folder / "orderer.pem"
    bank_has_account(people, operator.rail_name)
    with operator.ledger.changing() as books:
        books.open_account(ACCOUNT, kind="bank", institution="icbc", owner="taxbridge")
        books.move(
            "opening",
            payer="issue",
            payee=ACCOUNT,
            fen=_MUCH,
            day=timezone.localdate(),
            why="issue",
        )
    return Lending(people, operator, ACCOUNT)


def jobs_of(loan: Loan) -> list[JobRow]:
    """Those of its orders too, that wait."""
    orders = [f"order:{one}" for one in loan.orders.values_list("id", flat=True)]
    subjects = [f"loan:{loan.id}", loan.application.ref, *orders]
    return list(
        JobRow.objects.filter(
            subject__in=subjects, name__in=_OURS, status=JobStatus.QUEUED
        ).order_by("created_at")
    )


def work(loan: Loan, *, rounds: int = 20) -> Loan:
    """Everything that is asked for, as workers take it; what is put off is taken at once.

    Over a rail that settles later, its rounds are waited for.
    """
    for _ in range(rounds):
        waiting = jobs_of(loan)
        if not waiting:
            break
        work_once(waiting[0])
        if loan.rail == RailName.BANK_TRANSFER:
            time.sleep(ROUND_SECONDS)
    return fresh(loan)


def work_once(job: JobRow) -> None:
    JobRow.objects.filter(id=job.id).update(due_at=timezone.now())
    row = take(job.id)
    assert row is not None
    run_leased(row)


def fresh(loan: Loan) -> Loan:
    return Loan.objects.select_related("application").get(id=loan.id)


def months_ago(loan: Loan, months: int, *, days: int = 0) -> Loan:
    """As if it had been paid out so long ago; the owner can say so."""
    assert loan.paid_out_on is not None
    back = f"interval '{months} months {days} days'"
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"UPDATE servicing_loan SET paid_out_on = (paid_out_on - {back})::date,"
            f" next_look_on = (next_look_on - {back})::date,"
            f" last_days = (SELECT jsonb_agg(((value #>> '{{}}')::date - {back})::date)"
            "  FROM jsonb_array_elements(last_days)) WHERE id = %s",
            [loan.id],
        )
        cursor.execute(
            f"UPDATE servicing_payment SET paid_on = (paid_on - {back})::date WHERE loan_id = %s",
            [loan.id],
        )
    return fresh(loan)


def moved(loan: Loan, role: OrderRole) -> int:
    """Fen that the portal's books say moved."""
    done = MoneyOrder.objects.filter(loan=loan, role=role, state=OrderState.SETTLED)
    return sum(done.values_list("moved_fen", flat=True))


def day_in(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def refused(call: object) -> str:
    assert callable(call)
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def run_day(loan: Loan, *, days: int = 0) -> Loan:
    while look_at_loans(ACTOR, day=day_in(days)):
        pass
    return work(loan)
