"""Who has which case: taking, giving and putting back; the clock that runs beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from portal.applications import take_next_case as take_next
from portal.applications.advance_application import advance_application
from portal.applications.assign_case import assign_case
from portal.applications.bank_queries import bank_case_for
from portal.applications.clock import clock_of
from portal.applications.desk import team_load
from portal.applications.models import LoanApplication, LoanApplicationQuerySet
from portal.applications.release_case import release_case
from portal.applications.set_working_days import set_working_days
from portal.applications.take_next_case import take_next_case
from portal.applications.withdraw_application import withdraw_application
from portal.consents.pause_consent import pause_consent
from portal.consents.signing import resume
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, Role
from portal.core.errors import InvalidTransition, NotAllowed, NotFound
from portal.core.jobs import Job
from portal.products.models import Product
from tests.applications.cases import (
    SYSTEM,
    consent_of,
    fresh,
    job_row,
    new_product,
    submitted,
    under_review,
)
from tests.personas import People, invited, new_bank

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WAIT = 20


@pytest.fixture
def bank_id() -> UUID:
    """A bank of the test's own: others' cases would be taken too."""
    return new_bank("Desk Demo Bank", "柜台演示银行").id


@pytest.fixture
def officers(bank_id: UUID) -> tuple[Actor, Actor]:
    return (
        invited("una", bank_id, Role.BANK_OFFICER),
        invited("uwe", bank_id, Role.BANK_OFFICER),
    )


def test_the_case_that_is_due_first_is_next(
    people: People, bank_id: UUID, officers: tuple[Actor, Actor]
) -> None:
    late, urgent = (under_review(people.sara, new_product(bank_id)) for _ in range(2))
    sealed = under_review(people.sara, new_product(bank_id))
    submitted(people.sara, new_product(bank_id))  # nobody can decide it yet
    LoanApplication.objects.filter(id=urgent.id).update(due_at=timezone.now())
    stop_consent(people.sara, consent_id=consent_of(sealed))
    una, uwe = officers
    taken = [take_next_case(una), take_next_case(uwe), take_next_case(una)]
    assert [case.id if case else None for case in taken] == [urgent.id, late.id, None]
    assert fresh(urgent).assigned_to_id == una.person_id


def taken_at_once(officers: tuple[Actor, Actor]) -> list[UUID | None]:
    """What each gets who asks at the same moment, on a connection of its own."""
    ready = Barrier(2)

    def take(actor: Actor) -> UUID | None:
        try:
            connections["default"].ensure_connection()
            ready.wait(timeout=WAIT)
            case = take_next_case(actor)
            return case.id if case is not None else None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(take, officers))


def both_look_before_they_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither writes before the other has looked."""
    both_looked, look = Barrier(2), take_next._most_urgent

    def look_and_wait(actor: Actor) -> LoanApplication | None:
        found = look(actor)
        both_looked.wait(timeout=WAIT)
        return found

    monkeypatch.setattr(take_next, "_most_urgent", look_and_wait)


def test_two_officers_never_get_one_case(
    people: People,
    bank_id: UUID,
    officers: tuple[Actor, Actor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = {under_review(people.sara, new_product(bank_id)).id for _ in range(2)}
    both_look_before_they_write(monkeypatch)
    assert set(taken_at_once(officers)) == cases


def test_control_without_the_lock_both_get_the_same(
    people: People,
    bank_id: UUID,
    officers: tuple[Actor, Actor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        under_review(people.sara, new_product(bank_id))

    def unlocked(self: LoanApplicationQuerySet, **_how: Any) -> LoanApplicationQuerySet:
        return self

    monkeypatch.setattr(LoanApplicationQuerySet, "select_for_update", unlocked)
    both_look_before_they_write(monkeypatch)
    first, second = taken_at_once(officers)
    assert first == second is not None


def test_a_lead_gives_and_an_officer_takes_what_nobody_has(
    people: People, product: Product
) -> None:
    case = {"application_id": under_review(people.sara, product).id}
    with pytest.raises(NotAllowed):
        assign_case(people.bo, **case, officer_id=people.boss.person_id)
    assign_case(people.bo, **case, officer_id=people.bo.person_id)
    assign_case(people.boss, **case, officer_id=people.boss.person_id)
    with pytest.raises(NotAllowed):
        assign_case(people.bo, **case, officer_id=people.bo.person_id)
    with pytest.raises(NotAllowed):
        release_case(people.bo, **case)
    with pytest.raises(NotFound):
        assign_case(people.boss, **case, officer_id=people.ben.person_id)
    release_case(people.boss, **case)
    assert bank_case_for(people.bo, **case).application.assigned_to is None


def test_a_closed_case_is_given_to_nobody(people: People, product: Product) -> None:
    case = submitted(people.sara, product)
    withdraw_application(people.sara, application_id=case.id)
    with pytest.raises(InvalidTransition):
        assign_case(people.bo, application_id=case.id, officer_id=people.bo.person_id)


def test_the_team_sees_its_load(
    people: People, bank_id: UUID, officers: tuple[Actor, Actor]
) -> None:
    una, uwe = officers
    first, _second = (submitted(people.sara, new_product(bank_id)) for _ in range(2))
    assign_case(una, application_id=first.id, officer_id=una.person_id)
    LoanApplication.objects.filter(id=first.id).update(due_at=timezone.now())
    load = [
        (line.officer.id if line.officer else None, line.cases, line.overdue)
        for line in team_load(uwe)
    ]
    assert load == [(una.person_id, 1, 1), (uwe.person_id, 0, 0), (None, 1, 0)]
    assert team_load(una)[0].oldest == fresh(first).submitted_at


def test_the_clock_stands_while_the_consent_is_paused(people: People, product: Product) -> None:
    case = under_review(people.sara, product)
    due = fresh(case).due_at
    pause_consent(people.sara, consent_id=consent_of(case))
    advance_application(SYSTEM, application_id=case.id)
    stopped = fresh(case)
    assert stopped.clock_stopped_at is not None
    a_week_ago = timezone.now() - timedelta(days=7)
    LoanApplication.objects.filter(id=case.id).update(clock_stopped_at=a_week_ago)
    resume(consent_of(case), person_id=people.sara.person_id, using="signer")
    assert job_row(case, Job.ADVANCE_APPLICATION).subject == case.ref
    advance_application(SYSTEM, application_id=case.id)
    running = fresh(case)
    assert running.clock_stopped_at is None
    assert due is not None
    assert running.due_at is not None
    assert running.due_at - due >= timedelta(days=4)


def test_a_banks_own_limit_is_for_cases_sent_from_then_on(people: People, bank_id: UUID) -> None:
    lead = invited("lea", bank_id, Role.BANK_APPROVER)
    before = submitted(people.sara, new_product(bank_id))
    set_working_days(lead, working_days=1, review_days=3)
    after = submitted(people.sara, new_product(bank_id))
    clocks = [clock_of(fresh(case), timezone.now(), is_sealed=False) for case in (before, after)]
    assert [clock.days for clock in clocks if clock] == [5, 1]
