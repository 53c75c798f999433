"""Complaints that nobody answered in time, and answers that came too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.actor import Actor, SystemActor
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import Complaint, ComplaintOutcome
from portal.oversight.remind_of_overdue import remind_of_overdue
from portal.oversight.withdraw_complaint import withdraw_complaint
from tests.oversight.complaints import days_ago, filed, score_of
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
TIMER = SystemActor("timer")


def told_of(complaint: Complaint) -> list[str]:
    rows = JobRow.objects.filter(
        name=Job.SEND_MESSAGE,
        payload__message="complaint_overdue",
        payload__values__complaint=str(complaint.id),
    )
    return [row.subject for row in rows]


def test_operator_and_regulator_are_told_once_of_one_that_is_overdue(people: People) -> None:
    late, answered, early = (filed(people.sara, score_of(people)) for _ in range(3))
    days_ago(late, 21)
    days_ago(answered, 21)
    days_ago(early, 19)
    withdraw_complaint(people.sara, complaint_id=answered.id)
    for _ in range(2):
        remind_of_overdue(TIMER)
    told = told_of(late)
    assert (told.count(people.olga.ref), told.count(people.rita.ref)) == (1, 1)
    assert people.bo.ref not in told
    assert not told_of(answered)
    assert not told_of(early)


def test_whoever_answers_too_late_keeps_the_words(people: People, browser_of: BrowserOf) -> None:
    complaint = filed(people.sara, score_of(people))
    answer_complaint(
        people.olga, complaint_id=complaint.id, outcome=ComplaintOutcome.UPHELD, answer="Yes."
    )
    words = {"outcome": "upheld", "answer": "An hour of <work>."}
    page = browser_of("olga").post(
        reverse("regulator:complaint_answer", args=[complaint.id]), words
    )
    assert page.status_code == 409
    assert "An hour of &lt;work&gt;." in page.content.decode()
    complaint.refresh_from_db()
    assert complaint.answer == "Yes."
