"""The bank's question stops the case and its clock; the answer sends it back."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ledger.format.commitment import new_key, opens
from portal.applications.advance_application import advance_application
from portal.applications.answer_question import answer_question
from portal.applications.ask_question import ask_question
from portal.applications.bank_queries import bank_case_for, cases_for_bank
from portal.applications.case_filter import CaseFilter
from portal.applications.desk_models import COMMITTED
from portal.applications.erase_case_texts import KEPT, erase_case_texts
from portal.applications.models import LoanApplication, Question
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.applications.update_terms import update_terms
from portal.applications.withdraw_application import withdraw_application
from portal.consents.stop_consent import stop_consent
from portal.core.errors import InvalidTransition
from portal.jobs.models import JobRow
from portal.products.models import Product
from tests.applications.cases import (
    SYSTEM,
    consent_of,
    events_of,
    fresh,
    under_review,
)
from tests.applications.test_races import at_once
from tests.outbox import events_about
from tests.personas import People
from tests.web_sme_bank.test_bank_pages import BrowserOf

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
TEXT = "Who buys the spring orders?"


@pytest.fixture
def asked(people: People, product: Product) -> LoanApplication:
    """A case that waits for sara's answer to bo."""
    case = under_review(people.sara, product)
    ask_question(people.bo, application_id=case.id, text=TEXT)
    return fresh(case)


def test_the_clock_stands_until_the_answer_and_nothing_is_fetched(
    people: People, asked: LoanApplication
) -> None:
    assert (asked.status, asked.action_reason) == (Status.ACTION_REQUIRED, "question")
    before = JobRow.objects.filter(subject=asked.ref, name="taxdata.fetch").count()
    a_week_ago = timezone.now() - timedelta(days=7)
    LoanApplication.objects.filter(id=asked.id).update(clock_stopped_at=a_week_ago)
    answer_question(people.sara, application_id=asked.id, text="The harbour office.")
    assert fresh(asked).clock_stopped_at is None
    advance_application(SYSTEM, application_id=asked.id)
    back = fresh(asked)
    assert (back.status, back.score_id) == (Status.UNDER_REVIEW, asked.score_id)
    assert back.clock_stopped_at is None
    assert asked.due_at is not None
    assert back.due_at is not None
    assert back.due_at - asked.due_at >= timedelta(days=4)
    assert JobRow.objects.filter(subject=asked.ref, name="taxdata.fetch").count() == before


def test_the_bank_goes_on_seeing_the_score_under_a_live_consent_only(
    people: People, asked: LoanApplication
) -> None:
    score = bank_case_for(people.bo, asked.id).score
    assert score is not None
    queue = partial(cases_for_bank, people.bo, CaseFilter(band=score.band, text=asked.reference))
    assert len(queue().entries) == 1
    stop_consent(people.sara, consent_id=consent_of(asked))
    assert bank_case_for(people.bo, asked.id).score is None
    assert queue().entries == ()


def test_a_consent_that_ended_meanwhile_loses_no_answer(
    people: People, asked: LoanApplication
) -> None:
    stop_consent(people.sara, consent_id=consent_of(asked))
    advance_application(SYSTEM, application_id=asked.id)
    assert fresh(asked).action_reason == "question"
    answer_question(people.sara, application_id=asked.id, text="The harbour office.")
    assert bank_case_for(people.bo, asked.id).is_sealed
    advance_application(SYSTEM, application_id=asked.id)
    assert fresh(asked).action_reason == "consent_ended"
    assert Question.objects.get(application=asked).answer == "The harbour office."


def test_an_application_that_was_withdrawn_takes_no_answer(
    people: People, asked: LoanApplication
) -> None:
    withdraw_application(people.sara, application_id=asked.id)
    with pytest.raises(InvalidTransition):
        answer_question(people.sara, application_id=asked.id, text="Too late.")


def test_two_answers_at_once_leave_one(people: People, asked: LoanApplication) -> None:
    answers = [
        partial(answer_question, people.sara, application_id=asked.id, text=text)
        for text in ("The harbour office.", "The town hall.")
    ]
    assert at_once(*answers) == ["InvalidTransition", "done"]
    assert events_of(asked).count("case.answered") == 1


def test_until_the_answer_nothing_can_be_changed_or_sent(
    people: People, asked: LoanApplication
) -> None:
    """Else an answer would bring other terms before the bank than were sent."""
    with pytest.raises(InvalidTransition):
        update_terms(people.sara, application_id=asked.id, amount_fen=60_000_000)
    with pytest.raises(InvalidTransition):
        submit_application(people.sara, application_id=asked.id)


def test_the_ledger_holds_a_commitment_that_only_its_key_opens(asked: LoanApplication) -> None:
    question = Question.objects.get(application=asked)
    (event,) = events_about(asked.ref, kind="case.question_asked")
    committed = event["payload"]["text_digest"]
    assert opens(committed, COMMITTED, {"text": TEXT}, key=bytes(question.key))
    assert not opens(committed, COMMITTED, {"text": TEXT}, key=new_key())
    assert not opens(committed, COMMITTED, {"text": TEXT + " "}, key=bytes(question.key))
    assert TEXT not in json.dumps(event)


def years_go_by(case: LoanApplication, by: timedelta = KEPT) -> None:
    """The case's questions are that much older."""
    questions = Question.objects.using("owner").filter(application=case)
    questions.update(asked_at=F("asked_at") - by)


def test_words_are_erased_with_their_keys_and_the_ledger_says_so(
    people: People, asked: LoanApplication, browser_of: BrowserOf
) -> None:
    answer_question(people.sara, application_id=asked.id, text="The harbour office.")
    withdraw_application(people.sara, application_id=asked.id)
    years_go_by(asked)
    while erase_case_texts(SYSTEM):
        pass
    row = Question.objects.get(application=asked)
    assert (row.text, row.answer, bytes(row.key)) == ("", "", b"")
    assert row.answered_at is not None
    (event,) = events_about(asked.ref, kind="case.texts_erased")
    assert event["payload"] == {"questions": 1}
    assert erase_case_texts(SYSTEM) == 0
    shown = browser_of("bo").get(reverse("bank:case_detail", args=[asked.id])).content.decode()
    assert "The words were erased on" in shown
    assert "harbour" not in shown


def test_words_of_open_or_young_cases_stay(people: People, asked: LoanApplication) -> None:
    years_go_by(asked)
    young = under_review(people.sara, asked.product)
    ask_question(people.bo, application_id=young.id, text=TEXT)
    withdraw_application(people.sara, application_id=young.id)
    years_go_by(young, KEPT - timedelta(hours=1))
    while erase_case_texts(SYSTEM):
        pass
    for case in (asked, young):
        assert Question.objects.get(application=case).text == TEXT


def test_bank_and_firm_write_on_their_pages(
    people: People, product: Product, browser_of: BrowserOf
) -> None:
    case = under_review(people.sara, product)
    bo, sara = browser_of("bo"), browser_of("sara")
    ask = reverse("bank:case_ask", args=[case.id])
    assert "There is a problem" in bo.post(ask, {"text": " "}).content.decode()
    assert bo.post(ask, {"text": TEXT}).status_code == 302
    answer = reverse("sme:question_answer", args=[case.id])
    assert TEXT in sara.get(answer).content.decode()
    assert answer in sara.get(reverse("sme:application_detail", args=[case.id])).content.decode()
    assert browser_of("mallory").post(answer, {"text": "Mine"}).status_code == 404
    assert browser_of("sam").get(answer).status_code == 403
    assert sara.post(answer, {"text": "The harbour office."}).status_code == 302
    assert sara.post(answer, {"text": "Again."}).status_code == 409
    shown = bo.get(reverse("bank:case_detail", args=[case.id])).content.decode()
    assert "The harbour office." in shown
