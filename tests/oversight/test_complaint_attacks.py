"""Complaints by people who flood, and words that somebody would rather have otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse

from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, TooMany
from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import Complaint, ComplaintAbout, ComplaintOutcome
from portal.oversight.file_complaint import MOST_A_DAY, file_complaint
from portal.oversight.state_on_complaint import state_on_complaint
from portal.oversight.withdraw_complaint import withdraw_complaint
from tests.outbox import events_about
from tests.oversight.complaints import WORDS, filed, more_complaints, score_of
from tests.personas import People, signed_in_client

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

FORGED = "All is well, thank you."


def answered(people: People, complaint: Complaint) -> Complaint:
    return answer_complaint(
        people.olga, complaint_id=complaint.id, outcome=ComplaintOutcome.UPHELD, answer="Right."
    )


def test_injected_sql_changes_no_word_of_it(people: People) -> None:
    complaint = filed(people.sara, score_of(people))
    rows = Complaint.objects.filter(id=complaint.id)
    state_on_complaint(people.bo, complaint_id=complaint.id, statement="Our side.")
    answered(people, complaint)
    for changes, words in (
        ({"words": FORGED}, "what was said never changes"),
        ({"statement": FORGED}, "what was said never changes"),
        ({"answer": FORGED}, "what was said never changes"),
        ({"key": b"k" * 32}, "what was said never changes"),
        ({"outcome": "not_upheld"}, "ends once"),
        ({"status": "in_work", "answer": "", "outcome": "", "ended_at": None}, "never changes"),
        ({"firm": people.bo.organisation_id}, "permission denied"),
    ):
        with pytest.raises(DatabaseError, match=words):
            rows.update(**changes)
    with pytest.raises(DatabaseError, match="what was filed never changes"):
        Complaint.objects.using("owner").filter(id=complaint.id).update(about="data")


def test_who_files_and_takes_back_all_day_is_stopped(people: People) -> None:
    score_id = score_of(people)
    first = filed(people.sara, score_id)
    rows = Complaint.objects.using("owner").filter(firm_id=first.firm_id)
    more_complaints(first, MOST_A_DAY - 2)
    rows.update(filed_at=first.filed_at, answer_by=first.answer_by)
    withdraw_complaint(people.sara, complaint_id=first.id)
    last = filed(people.sara, score_id)
    withdraw_complaint(people.sara, complaint_id=last.id)
    with pytest.raises(TooMany):
        filed(people.sara, score_id)
    assert rows.count() == MOST_A_DAY
    client = signed_in_client(people.sara)
    page = reverse("sme:complaint_file", args=["score", score_id])
    answer = client.post(page, {"words": WORDS, "send": "yes"})
    assert answer.status_code == 429
    assert "too many complaints" in answer.content.decode()


def at_once(people: People, complaint: Complaint) -> list[str]:
    """What firm and operator get who withdraw and answer at the same moment."""
    ready = Barrier(2)

    def act(who: Actor) -> str:
        try:
            connections["default"].ensure_connection()
            ready.wait(timeout=10)
            if who is people.sara:
                return withdraw_complaint(who, complaint_id=complaint.id).status
            return answered(people, complaint).status
        except InvalidTransition:
            return "told"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(act, (people.sara, people.olga)))


def test_answered_and_taken_back_at_once_it_ends_once(people: People) -> None:
    complaint = filed(people.sara, score_of(people))
    got = at_once(people, complaint)
    complaint.refresh_from_db()
    assert sorted([complaint.status, "told"]) == got
    kinds = {event["kind"] for event in events_about(complaint.ref)} - {"complaint.filed"}
    assert kinds == {f"complaint.{complaint.status}"}


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\u202ekcab \u2066ro\u2069 </p>", "x" * 2000]
)
def test_words_of_any_kind_stay_words_on_every_page(people: People, words: str) -> None:
    score_id = score_of(people)
    complaint = file_complaint(
        people.sara, about=ComplaintAbout.SCORE, subject_id=score_id, words=words
    )
    pages: list[tuple[Actor, str]] = [
        (people.sara, "sme:complaint"),
        (people.bo, "bank:complaint"),
        (people.olga, "regulator:complaint"),
    ]
    for actor, name in pages:
        client: Client = signed_in_client(actor)
        shown = client.get(reverse(name, args=[complaint.id])).content.decode()
        assert "<script>alert" not in shown
        assert words.replace("<", "&lt;").replace(">", "&gt;") in shown
