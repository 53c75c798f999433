"""The ledger explorer: filters, pages, one entry, the verdict, and what a changed byte shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from ledger import queries
from ledger.kinds import REGISTRY, EventKind
from ledger.verification import check_and_store
from portal.core.jobs import Job
from portal.jobs.queries import job_for
from portal.web.regulator.views import LEDGER, PAGE_SIZE
from portal.web.regulator.words import KIND_NAMES, PAYLOAD_NAMES
from tests.ledger.facts import drain, fresh, write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

EXPLORER = "/regulator/"


@pytest.fixture
def rita(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("rita")


def rows(client: Client, **query: str | int) -> list[str]:
    """The numbers of the entries on a page of the explorer."""
    response = client.get(EXPLORER, query)
    assert response.status_code == 200
    return [line.entry.seq for line in response.context["lines"]]


@contextmanager
def tampered(admin_url: str, seq: int) -> Iterator[None]:
    """One byte of an entry changed by the superuser, and put back."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        row = admin.execute("SELECT body FROM ledger.entry WHERE seq = %s", [seq]).fetchone()
        assert row is not None
        body = row[0]
        admin.execute("ALTER TABLE ledger.entry DISABLE TRIGGER ALL")
        change = "UPDATE ledger.entry SET body = %s WHERE seq = %s"
        admin.execute(change, [body.replace(b'"v":1', b'"v":2'), seq])
        try:
            yield
        finally:
            admin.execute(change, [body, seq])
            admin.execute("ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only")


def newest_seq() -> int:
    newest = queries.newest()
    assert newest is not None
    return newest.seq


def test_every_kind_and_every_figure_has_a_name() -> None:
    assert set(KIND_NAMES) == set(EventKind)
    assert {key for rule in REGISTRY.values() for key in rule.payload} == set(PAYLOAD_NAMES)


def test_filters_narrow_and_stay_in_the_address(rita: Client) -> None:
    subject = fresh("application")
    write(EventKind.DECISION_RECORDED, subject=subject)
    write(EventKind.APPLICATION_WITHDRAWN, subject=subject)
    drain()
    assert len(rows(rita, q=subject)) == 2
    assert len(rows(rita, q=subject, kind="decision.recorded")) == 1
    assert rows(rita, q=fresh("consent")) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"q": "nonsense"}, "Enter an entry&#x27;s number"),
        ({"since": "0001-01-01"}, "Choose a day between 2000 and 2999."),
        ({"until": "9999-12-31"}, "Choose a day between 2000 and 2999."),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "The last day can&#x27;t lie before"),
    ],
)
def test_an_impossible_query_is_refused_at_its_field(
    rita: Client, query: dict[str, str], words: str
) -> None:
    answer = rita.get(EXPLORER, query)
    assert answer.status_code == 422
    assert answer.content.decode().count(words) == 2  # in the summary and at the field


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("/regulator/", "Ledger"),
        ("/regulator/entries/0/", "Ledger"),
        ("/regulator/consistency/", "Checkpoints"),
        ("/regulator/incidents/", "Incidents"),
    ],
)
def test_the_menu_says_where_one_is(rita: Client, address: str, item: str) -> None:
    write()
    drain()
    assert f'aria-current="page">{item}</a>' in rita.get(address).content.decode()


def test_older_entries_are_a_link_away(rita: Client) -> None:
    subject = fresh("application")
    for _ in range(PAGE_SIZE + 2):
        write(subject=subject)
    drain()
    first = rita.get(EXPLORER, {"q": subject})
    older = rita.get(first.context["older_url"])
    assert [len(page.context["lines"]) for page in (first, older)] == [PAGE_SIZE, 2]
    assert older.context["older_url"] == ""
    assert older.context["newest_url"] == f"{EXPLORER}?q={subject.replace(':', '%3A')}"


def test_a_number_leads_to_its_entry(rita: Client) -> None:
    assert rita.get(EXPLORER, {"q": "7"})["Location"] == reverse("regulator:entry_detail", args=[7])


@pytest.mark.parametrize("query", [{"q": "consent:'--"}, {"kind": "no.such"}, {"before": "-1"}])
def test_a_query_that_cannot_be_read_is_refused(rita: Client, query: dict[str, str]) -> None:
    response = rita.get(EXPLORER, query)
    assert response.status_code == 422
    assert "lines" not in response.context


def test_an_entry_is_told_in_words_and_to_the_letter(rita: Client) -> None:
    write(EventKind.DECISION_RECORDED)
    drain()
    seq = newest_seq()
    page = rita.get(reverse("regulator:entry_detail", args=[seq]))
    text = page.content.decode()
    assert "Decision recorded" in text
    assert "This entry matches its hash and its neighbours." in text
    assert "&quot;kind&quot;:&quot;decision.recorded&quot;" in text
    assert rita.get(reverse("regulator:entry_detail", args=[seq + 1000])).status_code == 404


def test_a_changed_byte_turns_red_at_its_entry(rita: Client, admin_url: str) -> None:
    write()
    write()
    drain()
    bad = newest_seq() - 1
    with tampered(admin_url, bad):
        check_and_store()
        response = rita.get(EXPLORER)
        standing = {line.entry.seq: line.flaw for line in response.context["lines"]}
        entry = rita.get(reverse("regulator:entry_detail", args=[bad])).content.decode()
    assert response.context["check"].first_bad_seq == bad
    assert (standing[bad - 1], standing[bad], standing[bad + 1]) == ("", "broken", "unchecked")
    assert "This entry does not hold." in entry
    check_and_store()
    assert "The chain holds" in rita.get(EXPLORER).content.decode()


def test_the_button_asks_for_a_check_and_the_panel_waits_for_it(rita: Client) -> None:
    assert rita.post(reverse("regulator:check"))["Location"] == EXPLORER
    job = job_for(LEDGER, Job.CHECK_LEDGER)
    assert job is not None
    assert job.is_open
    panel = rita.get(reverse("regulator:chain"), {"n": "2"}).content.decode()
    assert 'hx-get="/regulator/chain/?n=3"' in panel
    assert "Check now" not in panel
