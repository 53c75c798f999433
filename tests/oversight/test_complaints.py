"""Complaints: made once from a page, marked, read by whom they concern, answered once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ledger.format.commitment import opens
from ledger.kinds import EventKind
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound
from portal.jobs.models import JobRow
from portal.oversight import answer_complaint as answering
from portal.oversight.complaint_models import (
    COMMITTED,
    Complaint,
    ComplaintAbout,
    ComplaintOutcome,
)
from portal.oversight.complaints import complaint_for
from portal.oversight.erase_complaint_texts import KEPT, erase_complaint_texts
from portal.oversight.file_complaint import file_complaint
from portal.web.complaint_words import clock
from tests.applications.cases import consent_of
from tests.outbox import events_about
from tests.oversight.cases import SYSTEM
from tests.oversight.complaints import WORDS, case_of, filed, more_complaints, score_of
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
ANSWER = {"outcome": "upheld", "answer": "You are right: March was another firm’s."}


def shown(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_it_is_asked_checked_and_sent_once(people: People, browser_of: BrowserOf) -> None:
    score_id = score_of(people)
    sara = browser_of("sara")
    page = reverse("sme:complaint_file", args=["score", score_id])
    assert "Write at least one sentence" in sara.post(page, {"words": " "}).content.decode()
    checked = sara.post(page, {"words": WORDS}).content.decode()
    assert "Check your complaint" in checked
    changed = sara.post(page, {"words": WORDS, "change": "yes"}).content.decode()
    assert "What is not right?" in changed
    assert WORDS in changed
    assert not Complaint.objects.filter(subject_id=score_id).exists()
    sent = [sara.post(page, {"words": WORDS, "send": "yes"})["Location"] for _ in range(2)]
    (complaint,) = Complaint.objects.filter(subject_id=score_id)
    assert sent == [reverse("sme:complaint", args=[complaint.id])] * 2
    assert complaint.reference in shown(sara, "sme:complaint_file", "score", score_id)


def test_the_ledger_has_the_thing_and_a_commitment_but_no_word(people: People) -> None:
    complaint = filed(people.sara, score_of(people))
    (event,) = events_about(complaint.ref, kind=EventKind.COMPLAINT_FILED)
    payload = event["payload"]
    assert payload["complained_of"] == f"score:{complaint.subject_id}"
    assert opens(payload["text_digest"], COMMITTED, {"text": WORDS}, key=bytes(complaint.key))
    assert WORDS not in str(payload)


def test_a_mark_stands_until_the_answer(people: People, browser_of: BrowserOf) -> None:
    case = case_of(people)
    complaint = filed(people.sara, consent_of(case), ComplaintAbout.CONSENT)
    sara, bo, olga = browser_of("sara"), browser_of("bo"), browser_of("olga")

    def marked() -> list[bool]:
        pages = [
            shown(sara, "sme:consent_detail", complaint.subject_id),
            shown(bo, "bank:case_detail", case.id),
        ]
        return [complaint.reference in page for page in pages]

    assert marked() == [True, True]
    assert "A complaint is open" in shown(bo, "bank:consents")
    answer = reverse("regulator:complaint_answer", args=[complaint.id])
    assert olga.post(reverse("regulator:complaint_take", args=[complaint.id])).status_code == 302
    assert olga.post(answer, ANSWER).status_code == 302
    assert olga.post(answer, {}).status_code == 409
    assert marked() == [False, False]
    for client, name in ((sara, "sme:complaint"), (bo, "bank:complaint")):
        assert "March was another firm’s" in shown(client, name, complaint.id)


def test_only_those_whom_it_concerns_read_it(people: People, browser_of: BrowserOf) -> None:
    complaint = filed(people.sara, score_of(people))
    for actor in (people.mallory, people.ben):
        with pytest.raises(NotFound):
            complaint_for(actor, complaint.id)
    rita = browser_of("rita")
    assert WORDS in (page := shown(rita, "regulator:complaint", complaint.id))
    assert "Take this complaint" not in page
    olgas = shown(browser_of("olga"), "regulator:complaint", complaint.id)
    assert 'href="/regulator/complaints/" aria-current="page"' in olgas
    asked = JobRow.objects.filter(payload__values__complaint=str(complaint.id))
    told = set(asked.values_list("payload__message", flat=True))
    assert told == {"complaint_filed", "complaint_about_bank"}


@pytest.mark.parametrize(
    "path", ["nonsense/{score}/", "data/{score}/", "look/{consent}/", "look/{consent}/?look=x"]
)
def test_nothing_else_can_be_complained_of(
    people: People, browser_of: BrowserOf, path: str
) -> None:
    case = case_of(people)
    address = path.format(score=case.score_id, consent=consent_of(case))
    answer = browser_of("sara").post(f"/firm/complaints/new/{address}", {"words": WORDS})
    assert answer.status_code == 404


def test_a_look_is_one_under_that_consent(people: People) -> None:
    consent_id = consent_of(case_of(people))
    with pytest.raises(NotFound):
        file_complaint(
            people.sara,
            about=ComplaintAbout.LOOK,
            subject_id=consent_id,
            words=WORDS,
            look=uuid4(),
        )


def answered_at_once(operator: Actor, complaint_id: UUID) -> list[str]:
    """What two get who answer at the same moment, each on a connection of its own."""
    ready = Barrier(2)

    def answer(outcome: ComplaintOutcome) -> str:
        try:
            connections["default"].ensure_connection()
            ready.wait(timeout=10)
            answering.answer_complaint(
                operator, complaint_id=complaint_id, outcome=outcome, answer="We looked."
            )
        except InvalidTransition:
            return "told"
        except DatabaseError:
            return "stopped"
        else:
            return "sent"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(answer, list(ComplaintOutcome)[:2]))


def test_of_two_operators_one_answers_and_the_other_is_told(people: People) -> None:
    complaint = filed(people.sara, score_of(people))
    assert answered_at_once(people.olga, complaint.id) == ["sent", "told"]


def test_control_without_the_lock_the_database_stops_the_other(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint, both_looked = filed(people.sara, score_of(people)), Barrier(2)

    def look_and_wait(actor: Actor, complaint_id: UUID) -> Complaint:
        found = complaint_for(actor, complaint_id)
        both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(answering, "lock_complaint", look_and_wait)
    assert answered_at_once(people.olga, complaint.id) == ["sent", "stopped"]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "19 days left"), (19, "Less than a day left"), (20, "Overdue since"), (22, "by 2 days")],
)
def test_the_clock_counts_days_of_the_calendar(days: int, words: str) -> None:
    now = timezone.now()
    complaint = Complaint(answer_by=now + timedelta(days=20))
    assert words in clock(complaint, now + timedelta(days=days, minutes=1))


def test_the_queue_narrows_and_pages_at_the_same_cost(
    people: People, browser_of: BrowserOf
) -> None:
    first = filed(people.sara, score_of(people))
    rita, queue = browser_of("rita"), reverse("regulator:complaints")
    own = {"text": first.firm.name, "show": "all"}

    def cost() -> int:
        rita.get(queue, own)
        with CaptureQueriesContext(connection) as captured:
            rita.get(queue, own)
        return len(captured)

    few = cost()
    rows = more_complaints(first, 22)
    assert cost() == few
    oldest = rita.get(queue, {"text": first.firm.name})
    assert [line.complaint.id for line in oldest.context["lines"]][:2] == [first.id, rows[0].id]
    rest = rita.get(queue + oldest.context["links"]["next"]).context["lines"]
    assert [line.complaint.id for line in rest] == [row.id for row in rows[-3:]]
    by_reference = rita.get(queue, {"text": first.reference.lower(), "about": "score"})
    assert [line.complaint.id for line in by_reference.context["lines"]] == [first.id]
    for nonsense in ({"show": "x", "about": "y"}, {"after": "z"}, {"text": "\x00%"}):
        assert rita.get(queue, nonsense).status_code == 200


def test_the_words_are_forgotten_years_after_the_answer(
    people: People, browser_of: BrowserOf
) -> None:
    complaint = filed(people.sara, score_of(people))
    answering.answer_complaint(
        people.olga,
        complaint_id=complaint.id,
        outcome=ComplaintOutcome.NOT_UPHELD,
        answer="We looked.",
    )
    kept = Complaint.objects.using("owner").filter(id=complaint.id)
    kept.update(ended_at=timezone.now() - KEPT + timedelta(hours=1))
    erase_complaint_texts(SYSTEM)
    page = shown(browser_of("sara"), "sme:complaint", complaint.id)
    assert WORDS in page
    kept.update(ended_at=timezone.now() - KEPT)
    erase_complaint_texts(SYSTEM)
    complaint.refresh_from_db()
    assert (complaint.words, complaint.answer, bytes(complaint.key)) == ("", "", b"")
    page = shown(browser_of("sara"), "sme:complaint", complaint.id)
    assert "Erased, as it ended more than three years ago" in page
    assert "The complaint is not upheld" in page
