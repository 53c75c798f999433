"""An automatic decline is put before a person: once, under a clock of its own, for good."""

from __future__ import annotations

from functools import partial

import pytest

from portal.applications.advance_application import advance_application
from portal.applications.ask_review import ask_review
from portal.applications.bank_queries import bank_case_for, cases_for_bank
from portal.applications.case_filter import CaseFilter, Show
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication, PolicyRun
from portal.applications.queries import firm_case_for
from portal.applications.set_working_days import set_working_days
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.applications.working_days import due_at
from portal.consents.stop_consent import stop_consent
from portal.core.errors import InvalidTransition, RuleBroken
from portal.jobs.models import JobRow
from portal.products.reason_codes import Outcome
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    consent_of,
    consented,
    events_of,
    fetched,
    fresh,
)
from tests.applications.offers import one_offer, sign_for
from tests.applications.reviews import before_a_person, declined_alone
from tests.applications.test_races import at_once, without_the_lock
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def decide(people: People, case: LoanApplication, outcome: Outcome, reason: str) -> None:
    decide_application(people.bo, application_id=case.id, outcome=outcome, reasons=[reason])


def test_nobody_decides_anew_once_another_offer_was_accepted(people: People) -> None:
    case, offer = declined_alone(people), one_offer(people)
    LoanApplication.objects.filter(id=case.id).update(funding_id=offer.funding_id)
    assert firm_case_for(people.sara, case.id).may_ask_review
    sign_for(people.sara, offer)
    with pytest.raises(RuleBroken) as refused:
        ask_review(people.sara, application_id=case.id)
    assert refused.value.code == "another_accepted"
    assert not firm_case_for(people.sara, case.id).may_ask_review


def test_a_person_decides_anew_and_both_decisions_are_kept(people: People) -> None:
    case = before_a_person(people, note=" The order book is attached. ")
    assert (case.status, case.decision_id, case.decided_at) == (Status.UNDER_REVIEW, None, None)
    assert case.review_note == "The order book is attached."
    assert events_of(case)[-1] == "review.asked"
    told = JobRow.objects.filter(payload__message="review_asked")
    assert told.filter(payload__values__application=str(case.id)).count() >= 2
    decide(people, case, Outcome.APPROVE, "officer_knowledge")
    second = fresh(case).decision
    assert second is not None
    first = second.review_of
    assert first is not None
    assert (first.is_automatic, second.decided_by) == (True, people.bo.person_id)
    shown = bank_case_for(people.bo, case.id)
    assert shown.earlier is not None
    assert (shown.earlier.decision, shown.decision) == (first, second)


def test_only_a_decline_of_the_policy_alone_is_reviewed_and_once(people: People) -> None:
    case = before_a_person(people)
    decide(people, case, Outcome.DECLINE, "sales_falling")
    with pytest.raises(InvalidTransition) as refused:
        ask_review(people.sara, application_id=case.id)
    assert refused.value.code == "no_automatic_decline"
    assert Decision.objects.filter(application=case).count() == 2


def test_its_clock_is_its_own(people: People) -> None:
    set_working_days(people.boss, working_days=60, review_days=1)
    case = before_a_person(people)
    assert case.review_asked_at is not None
    assert (case.due_at, case.clock_stopped_at) == (due_at(case.review_asked_at, 1), None)


def test_the_queue_keeps_it_apart_until_it_is_decided(people: People) -> None:
    case = before_a_person(people)

    def found(show: Show) -> set[object]:
        page = cases_for_bank(people.bo, CaseFilter(show=show, text=case.reference, looked=False))
        return {entry.application.id for entry in page.entries}

    assert (found(Show.REVIEW), found(Show.OPEN)) == ({case.id}, {case.id})
    decide(people, case, Outcome.DECLINE, "sales_falling")
    assert found(Show.REVIEW) == set()


def test_a_consent_that_has_ended_neither_stops_it_nor_sends_it_back_to_the_policy(
    people: People,
) -> None:
    case = declined_alone(people)
    stop_consent(people.sara, consent_id=consent_of(case))
    ask_review(people.sara, application_id=case.id)
    assert bank_case_for(people.bo, case.id).earlier is None
    advance_application(SYSTEM, application_id=case.id)
    assert fresh(case).status == Status.ACTION_REQUIRED
    consented(people.sara, case)
    submit_application(people.sara, application_id=case.id)
    fetched(fresh(case))
    advance_application(SYSTEM, application_id=case.id)
    with as_vault_worker():
        score_application(Steps().run_of(case))
    advance_application(SYSTEM, application_id=case.id)
    assert fresh(case).status == Status.UNDER_REVIEW
    runs = PolicyRun.objects.filter(application=case)
    assert [run.answer["is_automatic"] for run in runs] == [True, True]
    assert Decision.objects.filter(application=case).count() == 1


def test_asked_twice_at_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    case = declined_alone(people)
    twice = [partial(ask_review, people.sara, application_id=case.id)] * 2
    assert at_once(*twice) == ["InvalidTransition", "done"]
    assert events_of(case).count("review.asked") == 1
    # The control: without the lock both get past the check.
    other = declined_alone(people)
    without_the_lock(monkeypatch, "ask_review")
    twice = [partial(ask_review, people.sara, application_id=other.id)] * 2
    assert at_once(*twice) == ["done", "done"]
