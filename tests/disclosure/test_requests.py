"""Requests for records: asked exactly, decided by another person, told when the law allows."""

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

from ledger.format.commitment import opens
from ledger.kinds import EventKind
from portal.accounts.create_organisation import create_organisation
from portal.accounts.models import Organisation, User
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.errors import InvalidTransition, NotFound
from portal.disclosure import deciding
from portal.disclosure.acts import activity_of
from portal.disclosure.approve_disclosure import approve_disclosure
from portal.disclosure.disclosures import disclosure_for
from portal.disclosure.models import COMMITTED, Disclosure, What
from portal.disclosure.refuse_disclosure import refuse_disclosure
from portal.disclosure.tell_parties import tell_parties
from portal.jobs.models import JobRow
from tests.disclosure.requests import SYSTEM, WORDS, approved, asked, colleague, terms_about, today
from tests.outbox import events_about
from tests.personas import People, invited

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
ASK = "regulator:disclosure_ask"


def answers(people: People, **other: str) -> dict[str, str]:
    """A whole form about sara."""
    return {
        "request_id": str(uuid4()),
        "what": "person_activity",
        "whose": User.objects.get(id=people.sara.person_id).email,
        "since": f"{today():%Y-%m-%d}",
        "until": f"{today():%Y-%m-%d}",
        "basis": "blockchain_rules",
        "words": WORDS,
        "telling": "now",
        **other,
    }


def test_it_is_asked_checked_and_sent_once(people: People, browser_of: BrowserOf) -> None:
    rita, form = browser_of("rita"), answers(people)
    assert WORDS in rita.post(reverse(ASK), form).content.decode()
    assert not Disclosure.objects.filter(id=form["request_id"]).exists()
    changed = rita.post(reverse(ASK), {**form, "change": "yes"}).content.decode()
    assert "Ask for records" in changed
    first, again = (rita.post(reverse(ASK), {**form, "send": "yes"}) for _ in range(2))
    assert first["Location"] == again["Location"]
    disclosure = Disclosure.objects.get(id=form["request_id"])
    (event,) = events_about(disclosure.ref)
    key = bytes(disclosure.key)
    digest = event["payload"]["request_digest"]
    assert opens(digest, COMMITTED, disclosure.terms(), key=key)
    assert not opens(digest, COMMITTED, {**disclosure.terms(), "until": "2026-01-01"}, key=key)
    assert str(people.sara.person_id) not in str(event)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"whose": "sara"}, "Nobody here has exactly this name"),
        ({"whose": "person:7"}, "Nobody here has exactly this name"),
        ({"whose": "a\x00b"}, "Null characters are not allowed"),
        ({"since": "99999-01-01"}, "Write the day as year-month-day"),
        ({"since": "0001-01-01"}, "The last day can"),
        ({"until": "9999-12-31"}, "Ask for one year at the most"),
        ({"telling": "later"}, "Choose a day"),
        ({"telling": "later", "tell_on": "2999-01-01"}, "Choose why not before"),
        (
            {"telling": "later", "tell_on": "9999-12-31", "tell_reason": "telling_would_impede"},
            "180 days ahead",
        ),
        ({"request_id": "x"}, "Enter a valid UUID"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_nonsense_is_refused_at_its_field(
    people: People, browser_of: BrowserOf, other: dict[str, str], words: str
) -> None:
    sent = {**answers(people, **other), "send": "yes"}
    response = browser_of("rita").post(reverse(ASK), sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Disclosure.objects.filter(words=WORDS, person_id=people.sara.person_id).exists()


def test_an_organisation_is_found_by_its_code_or_reference(
    people: People, browser_of: BrowserOf
) -> None:
    rita, firm = browser_of("rita"), Organisation.objects.get(uscc=people.firm)
    for whose in (people.firm.lower(), firm.ref):
        form = answers(people, what="user_register", whose=whose)
        assert firm.ref in rita.post(reverse(ASK), form).content.decode()
    for whose in (firm.name, people.firm[:17], f"firm:{people.sara.person_id}"):
        form = answers(people, what="user_register", whose=whose)
        assert rita.post(reverse(ASK), form).status_code == 422


def test_the_database_keeps_what_was_asked_and_the_second_person(people: People) -> None:
    disclosure = asked(people, terms_about(people.sara.person_id))
    rows = Disclosure.objects.using("owner").filter(id=disclosure.id)
    alone = {"status": "approved", "decided_at": disclosure.asked_at}
    for changes, words in (
        ({**alone, "decided_by": people.rita.person_id}, "disclosure_second_person"),
        ({"words": "Something else."}, "never changes"),
        ({"asked_by": people.bo.person_id}, "never changes"),
    ):
        with pytest.raises(DatabaseError, match=words):
            rows.update(**changes)
    second = colleague(people)
    refuse_disclosure(second, disclosure_id=disclosure.id, words="No.")
    with pytest.raises(DatabaseError, match="decided once"):
        rows.update(status="approved")
    with pytest.raises(DatabaseError, match="permission denied"):
        Disclosure.objects.filter(id=disclosure.id).update(words="By the portal's own log-in.")


def decided_at_once(second: Actor, third: Actor, disclosure_id: UUID) -> list[str]:
    """What two get who decide at the same moment, each on a connection of its own."""
    ready = Barrier(2)

    def decide(actor: Actor) -> str:
        try:
            connections["default"].ensure_connection()
            ready.wait(timeout=10)
            approve_disclosure(actor, disclosure_id=disclosure_id)
        except InvalidTransition:
            return "told"
        except DatabaseError:
            return "stopped"
        else:
            return "decided"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(decide, (second, third)))


def test_of_two_approvers_one_decides_and_the_other_is_told(people: People) -> None:
    disclosure = asked(people, terms_about(people.sara.person_id))
    two = colleague(people), colleague(people)
    assert decided_at_once(*two, disclosure.id) == ["decided", "told"]


def test_control_without_the_lock_the_database_stops_the_other(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    disclosure, both_looked = asked(people, terms_about(people.sara.person_id)), Barrier(2)

    def look_and_wait(actor: Actor, disclosure_id: UUID) -> Disclosure:
        found = disclosure_for(actor, disclosure_id)
        both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(deciding, "lock_disclosure", look_and_wait)
    two = colleague(people), colleague(people)
    assert decided_at_once(*two, disclosure.id) == ["decided", "stopped"]
    assert len(events_about(disclosure.ref, kind=EventKind.DISCLOSURE_APPROVED)) == 1


def test_another_regulator_sees_nothing(people: People, browser_of: BrowserOf) -> None:
    other = create_organisation(kind=OrganisationKind.REGULATOR, name="Other", name_zh="另一家")
    stranger = invited("rob", other.id, Role.REGULATOR)
    disclosure = asked(people, terms_about(people.sara.person_id))
    with pytest.raises(NotFound):
        approve_disclosure(stranger, disclosure_id=disclosure.id)
    browser = browser_of(stranger)
    page = reverse("regulator:disclosure", args=[disclosure.id])
    assert browser.get(page).status_code == 404
    queue = reverse("regulator:disclosures")
    assert disclosure.reference not in browser.get(queue).content.decode()
    assert disclosure.reference in browser_of("rita").get(queue).content.decode()
    assert disclosure.reference not in browser_of("olga").get(queue).content.decode()


def test_what_others_did_to_a_person_is_not_the_persons_act(
    people: People, browser_of: BrowserOf
) -> None:
    bo = browser_of("bo")
    about_bo = reverse("bank:limit_change", args=[people.bo.person_id])
    assert browser_of("boss").get(about_bo).status_code == 200
    assert bo.get(about_bo).status_code == 403
    rows = list(activity_of(approved(people, terms_about(people.bo.person_id))))
    looked = [row for row in rows if row["about"] == people.bo.ref and "page" in row["detail"]]
    assert [(row["who"], row["detail"]["status"]) for row in looked][-1:] == [(people.bo.ref, 403)]
    assert {row["who"] for row in rows} <= {people.bo.ref, ""}
    assert all(row["act"] != "page_opened" or row["who"] == people.bo.ref for row in rows)


def told_page(browser: Client) -> str:
    return browser.get(reverse("account:records")).content.decode()


def test_the_party_is_told_when_it_may_be(people: People, browser_of: BrowserOf) -> None:
    sara, sam = browser_of("sara"), browser_of("sam")
    later = approved(
        people, terms_about(people.sara.person_id, tell_on=today() + timedelta(days=30))
    )
    firm = people.sara.organisation_id
    assert firm is not None
    waiting = asked(people, terms_about(firm, what=What.REGISTER))
    now = approved(people, terms_about(firm, what=What.ORGANISATION))
    assert now.reference not in told_page(sara)
    while tell_parties(SYSTEM):
        pass
    for page in (told_page(sara), told_page(sam)):
        assert now.reference in page
        assert "articles 17 and 18" in page
        assert later.reference not in page
        assert waiting.reference not in page
    assert now.reference not in told_page(browser_of("bo"))
    mails = JobRow.objects.filter(payload__values__disclosure=str(now.id))
    told = mails.filter(payload__message="disclosure_about_you")
    emails = User.objects.filter(id__in=[people.sara.person_id, people.sam.person_id])
    assert {row.payload["to"] for row in told} == {user.email for user in emails}
    # The guard lets nobody move the day, so the clock has to: the day has come.
    Disclosure.objects.using("owner").filter(id=later.id).update(told_at=later.tell_at)
    assert later.reference in told_page(sara)
    assert later.reference not in told_page(sam)


def test_of_a_refused_request_nobody_is_said_to_be_told(
    people: People, browser_of: BrowserOf
) -> None:
    day = today() + timedelta(days=30)
    disclosure = asked(people, terms_about(people.sara.person_id, tell_on=day))
    address = reverse("regulator:disclosure", args=[disclosure.id])
    said = "Not at all: no records were handed over"
    rita = browser_of("rita")
    assert said not in rita.get(address).content.decode()
    refuse_disclosure(colleague(people), disclosure_id=disclosure.id, words="No.")
    page = rita.get(address).content.decode()
    assert said in page
    assert "Telling would impede the duty" not in page


def test_lists_cost_the_same_at_1_and_20(people: People, browser_of: BrowserOf) -> None:
    rita, sara = browser_of("rita"), browser_of("sara")
    first = approved(people, terms_about(people.sara.person_id))

    def cost(browser: Client, page: str) -> int:
        browser.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(page).status_code == 200
        return len(captured)

    pages = [(rita, reverse("regulator:disclosures")), (sara, reverse("account:records"))]
    while tell_parties(SYSTEM):
        pass
    few = [cost(*page) for page in pages]
    for _ in range(20):
        asked(people, terms_about(people.sara.person_id))
    fields = {"status": "approved", "decided_by": first.decided_by}
    rows = Disclosure.objects.using("owner").filter(person_id=people.sara.person_id)
    for row in rows.filter(status="waiting"):
        decided = row.asked_at + timedelta(seconds=1)
        rows.filter(id=row.id).update(**fields, decided_at=decided, told_at=decided)
    assert [cost(*page) for page in pages] == few
    assert told_page(sara).count('class="hash small"') == 20
