"""Incidents: what opens one, its clock, and that only a person ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.verification import check_and_store
from portal.core.actor import Actor
from portal.core.jobs import Job
from portal.jobs.registry import JobRun
from portal.oversight.models import TIME_TO_REPORT, Cause, Incident, Status
from portal.oversight.tasks import check_ledger
from portal.web.incident_words import clock
from tests.ledger.facts import drain, write
from tests.oversight.cases import opened, settle
from tests.personas import People
from tests.web.test_regulator import newest_seq, tampered

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]


def check_as_a_job() -> None:
    """The timer's check, run as a worker runs it."""
    check_ledger(JobRun(uuid4(), Job.CHECK_LEDGER, "ledger:main", {}, 1, lambda name: None))


def test_a_failed_check_opens_one_and_a_later_good_check_does_not_close_it(
    people: People, browser_of: BrowserOf, admin_url: str
) -> None:
    settle(people.rita, Cause.LEDGER_CHECK)
    write()
    drain()
    bad = newest_seq()
    with tampered(admin_url, bad):
        check_as_a_job()
        check_as_a_job()
    check_as_a_job()
    assert check_and_store().ok
    (incident,) = Incident.objects.unclosed().filter(cause=Cause.LEDGER_CHECK)
    assert (incident.place, incident.detail) == (bad, "body_changed")
    assert incident.due_at - incident.opened_at == TIME_TO_REPORT
    shown = browser_of("rita").get("/regulator/").content.decode()
    assert reverse("regulator:incident_detail", args=[incident.id]) in shown
    assert "A check of the ledger failed" in shown
    assert "A check of the ledger failed" not in browser_of("bo").get("/bank/").content.decode()


def test_a_page_that_rehashes_a_bad_entry_opens_one(
    people: People, browser_of: BrowserOf, admin_url: str
) -> None:
    settle(people.rita, Cause.ENTRY)
    write()
    drain()
    bad = newest_seq()
    with tampered(admin_url, bad):
        page = browser_of("rita").get(reverse("regulator:entry_detail", args=[bad]))
    assert "An entry of the ledger no longer holds" in page.content.decode()
    (incident,) = Incident.objects.unclosed().filter(cause=Cause.ENTRY)
    assert incident.place == bad


def test_it_is_reported_and_closed_by_people(people: People, browser_of: BrowserOf) -> None:
    settle(people.rita, Cause.WITNESS)
    incident = opened(Cause.WITNESS)
    rita, olga = browser_of("rita"), browser_of("olga")
    page = reverse("regulator:incident_detail", args=[incident.id])
    assert "23 hours left" in olga.get(page).content.decode()
    report = reverse("regulator:incident_report", args=[incident.id])
    assert olga.post(report, {"note": "Number 7."})["Location"] == page
    assert "Number 7." in rita.get(page).content.decode()
    close = reverse("regulator:incident_close", args=[incident.id])
    for note in ("Done.", ""):
        assert olga.post(close, {"note": note}).status_code == 403
    assert rita.post(close, {"note": ""}).status_code == 422
    assert rita.post(close, {"note": "Done."}).status_code == 302
    for note in ("Twice.", ""):
        assert rita.post(close, {"note": note}).status_code == 409
    incident.refresh_from_db()
    assert incident.status == Status.CLOSED
    assert page not in rita.get("/regulator/").content.decode()


def test_the_place_of_an_incident_is_an_entry_or_a_size(
    people: People, browser_of: BrowserOf
) -> None:
    write()
    drain()
    there = newest_seq()
    entry, size = "<dt>Entry</dt>", "<dt>Entries in that state</dt>"
    for cause, place, words, is_link in (
        (Cause.PROOF, there, entry, True),
        (Cause.RECEIPT, there + 1_000_000, entry, False),
        (Cause.SIGNING, there, size, False),
    ):
        settle(people.rita, cause)
        address = reverse("regulator:incident_detail", args=[opened(cause, place=place).id])
        page = browser_of("rita").get(address).content.decode()
        assert words in page
        assert (f"/regulator/entries/{place}/" in page) is is_link
        assert (page.count('href="/regulator/checkpoints/"') == 2) is (words == size)  # the menu's
        settle(people.rita, cause)


def test_a_place_beyond_all_counting_keeps_no_incident_from_being_opened(people: People) -> None:
    settle(people.rita, Cause.WITNESS)
    assert opened(Cause.WITNESS, place=2**62).place is None


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(hours=6, minutes=30), "17 hours left"),
        (timedelta(hours=23, minutes=30), "less than an hour left"),
        (timedelta(hours=24, minutes=1), "overdue"),
        (timedelta(hours=27, minutes=1), "overdue by 3 hours"),
    ],
)
def test_the_clock(passed: timedelta, words: str) -> None:
    opened_at = timezone.now()
    incident = Incident(cause=Cause.ENTRY, opened_at=opened_at, due_at=opened_at + TIME_TO_REPORT)
    assert clock(incident, opened_at + passed) == words
    incident.status = Status.REPORTED
    assert clock(incident, opened_at + passed) == ""


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE oversight_incident SET place = 9 WHERE id = %s",
        "UPDATE oversight_incident SET due_at = due_at + interval '1 day' WHERE id = %s",
        "UPDATE oversight_incident SET status = 'closed' WHERE id = %s",
        "DELETE FROM oversight_incident WHERE id = %s",
    ],
)
def test_not_even_the_owner_changes_what_was_seen(
    people: People, admin_url: str, change: str
) -> None:
    incident = opened(Cause.RECEIPT)
    with (
        psycopg.connect(admin_url) as admin,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        admin.execute(change, [incident.id])


def test_the_list_asks_as_much_for_many_as_for_one(
    people: People, browser_of: BrowserOf, django_assert_max_num_queries: Callable[..., object]
) -> None:
    rita = browser_of("rita")
    counts = []
    for cause in (Cause.WITNESS, Cause.RECEIPT):
        for _ in range(10):
            settle(people.rita, cause)
            opened(cause)
        with django_assert_max_num_queries(30) as queries:  # type: ignore[attr-defined]
            assert rita.get(reverse("regulator:incidents")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
