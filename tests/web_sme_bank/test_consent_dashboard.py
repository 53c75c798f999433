"""Consents on the pages of their firm and their bank: groups, reasons, what the bank owes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from portal.accounts.models import Organisation
from portal.consents.acknowledge_end import acknowledge_end
from portal.consents.acknowledgements import number_owed, owed_by
from portal.consents.dashboard import Group, consents_in
from portal.consents.pause_consent import pause_consent
from portal.consents.reject_request import reject_request
from portal.consents.release_consent import release_consent
from portal.consents.requests import requests_waiting_for
from portal.consents.signing import grant
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Role
from tests.applications.cases import FIRST
from tests.gate.parties import EVIDENCE, rewritten
from tests.ledger.facts import drain
from tests.personas import People, invited, new_bank
from tests.use_cases.scenarios_consents import (
    bank_asks,
    live_outside_applications,
    none_waiting,
    request,
)
from tests.web_sme_bank.test_bank_pages import BrowserOf

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(admin_url, autocommit=True) as connected:
        yield connected


@pytest.fixture
def lives(people: People, admin: psycopg.Connection[tuple[Any, ...]]) -> dict[Group, list[UUID]]:
    """A consent of sara's firm in every group that a test can bring one to, newest first."""
    live, paused, expired, stopped, back, old = (
        live_outside_applications(people) for _ in range(6)
    )
    pause_consent(people.sara, consent_id=paused)
    stop_consent(people.sara, consent_id=stopped)
    release_consent(people.bo, consent_id=back)
    rewritten(admin, expired, "expires_at = clock_timestamp()")
    asked = request(people.sara, people, first=FIRST + 2, supersedes=old)
    new = grant(asked, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")
    return {
        Group.LIVE: [new, live],
        Group.PAUSED: [paused],
        Group.EXPIRED: [expired],
        Group.STOPPED: [back, stopped],
        Group.REPLACED: [old],
    }


def test_each_consent_stands_in_one_group_with_the_reason(
    lives: dict[Group, list[UUID]], browser_of: BrowserOf
) -> None:
    shown = browser_of("sara").get(reverse("sme:consents"))
    sections = shown.context["sections"]
    assert {one.group: [line.consent.id for line in one.lines] for one in sections} == lives
    said = {line.consent.id: line.sentence for one in sections for line in one.lines}
    for group, sentence in (
        (Group.PAUSED, "Paused by the firm since"),
        (Group.EXPIRED, "Its time ran out on"),
        (Group.REPLACED, "Replaced by a newer consent on"),
    ):
        assert said[lives[group][0]].startswith(sentence)
    back, stopped = lives[Group.STOPPED]
    assert said[back].startswith("The bank gave it back on")
    assert said[stopped].startswith("Stopped by the firm on")
    page = shown.content.decode()
    for consent in (*lives[Group.LIVE], *lives[Group.PAUSED]):
        assert reverse("sme:consent_stop", args=[consent]) in page


def test_one_group_alone_a_name_and_a_purpose(
    lives: dict[Group, list[UUID]], browser_of: BrowserOf
) -> None:
    sara = browser_of("sara")

    def found(**asked: str) -> set[UUID]:
        sections = sara.get(reverse("sme:consents"), asked).context["sections"]
        return {line.consent.id for one in sections for line in one.lines}

    every = {consent for group in lives.values() for consent in group}
    assert found(show="expired") == set(lives[Group.EXPIRED])
    assert found(text="LANTERN", show="stopped") == set(lives[Group.STOPPED])
    assert found(text="no such bank") == found(purpose="monitoring") == found(text="%") == set()
    assert found(show="nonsense", text="a\0b", purpose="x") == every


def test_refused_requests_are_listed_apart(people: People, browser_of: BrowserOf) -> None:
    none_waiting(people)
    asked = bank_asks(people.bo, people)
    reject_request(people.sara, request_id=asked)
    sara = browser_of("sara")
    for shown in ("", "refused"):
        page = sara.get(reverse("sme:consents"), {"show": shown})
        assert asked in [ask.id for ask in page.context["refused"]]
    assert (
        "Requests that you did not allow"
        not in sara.get(reverse("sme:consents"), {"show": "standing"}).content.decode()
    )
    assert not browser_of("mallory").get(reverse("sme:consents")).context["refused"]


def test_groups_are_empty_for_everybody_else(
    lives: dict[Group, list[UUID]], people: People
) -> None:
    for stranger in (people.mallory, people.ben, people.rita):
        seen = {view.id for view in consents_in(stranger, tuple(Group), size=1000).rows}
        assert not seen & {consent for group in lives.values() for consent in group}


def test_what_a_bank_owes_is_counted_until_it_is_acknowledged(
    lives: dict[Group, list[UUID]],
    people: People,
    browser_of: BrowserOf,
    admin: psycopg.Connection[tuple[Any, ...]],
) -> None:
    before, elsewhere = number_owed(people.bo), number_owed(people.ben)
    stopped = lives[Group.STOPPED][1]  # the other one the bank gave back itself
    over = {*lives[Group.EXPIRED], stopped, *lives[Group.REPLACED]}
    mine = {one.consent.id for one in owed_by(people.bo, size=1000)} & {
        consent for group in lives.values() for consent in group
    }
    assert mine == over
    (late,) = lives[Group.EXPIRED]
    rewritten(
        admin,
        late,
        "not_before = clock_timestamp() - interval '9 days',"
        " expires_at = clock_timestamp() - interval '4 days'",
    )
    (owed,) = [one for one in owed_by(people.bo, size=1000) if one.consent.id == late]
    assert owed.is_overdue(timezone.now())
    assert not owed.is_overdue(timezone.now() - timedelta(days=2))
    bo = browser_of("bo")
    page = bo.get(reverse("bank:consent_detail", args=[late])).content.decode()
    assert "Overdue since" in page
    assert f"({before})" in page
    acknowledge_end(people.bo, consent_id=late)
    page = bo.get(reverse("bank:consent_detail", args=[late])).content.decode()
    assert f"{people.bo.person_name} acknowledged the end on" in page
    assert number_owed(people.bo) == before - 1
    assert (number_owed(people.ben), number_owed(people.sara)) == (elsewhere, 0)


def test_the_bank_narrows_its_list(lives: dict[Group, list[UUID]], browser_of: BrowserOf) -> None:
    bo = browser_of("bo")

    def found(**asked: str) -> list[UUID]:
        lines = bo.get(reverse("bank:consents"), asked).context["lines"]
        return [line.consent.id for line in lines]

    assert set(lives[Group.PAUSED]) <= set(found(show="paused"))
    assert not set(lives[Group.LIVE]) & set(found(show="paused"))
    assert found(text="no such firm") == []


def queries_of(client: Client, name: str, *args: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(captured)


def test_a_long_list_takes_no_query_more(people: People, browser_of: BrowserOf) -> None:
    officer = browser_of(
        invited("otto", new_bank("Owing Demo Bank", "待确认演示银行").id, Role.BANK_OFFICER)
    )
    assert "Ends to acknowledge" not in officer.get(reverse("bank:consents")).content.decode()
    sara, bo = browser_of("sara"), browser_of("bo")
    stop_consent(people.sara, consent_id=live_outside_applications(people))
    live_outside_applications(people)
    few = [queries_of(sara, "sme:consents"), queries_of(bo, "bank:consents")]
    for _ in range(19):
        stop_consent(people.sara, consent_id=live_outside_applications(people))
        live_outside_applications(people)
    many = [queries_of(sara, "sme:consents"), queries_of(bo, "bank:consents")]
    # Fewer when another test's consent, in a state that asks for more, has left the bank's page.
    assert [max(pair) for pair in zip(few, many, strict=True)] == few


def test_a_change_is_told_side_by_side_to_its_parties_alone(
    lives: dict[Group, list[UUID]], people: People, browser_of: BrowserOf
) -> None:
    new, old = lives[Group.LIVE][0], lives[Group.REPLACED][0]
    drain()
    shown = browser_of("sara").get(reverse("sme:consent_compare", args=[new]))
    comparison = shown.context["comparison"]
    assert [(part.label, part.notes) for part in comparison.changed] == [
        ("Months", ("2 months fewer",))
    ]
    assert [part.label for part in comparison.unchanged] == [
        "What for",
        "Data",
        "How long",
        "How often",
        "Kept for",
    ]
    documents = shown.context["documents"]
    assert [one.consent.id for one in documents] == [old, new]
    assert all(one.entry.subject == one.consent.ref for one in documents)
    assert browser_of("sara").get(reverse("sme:consent_compare", args=[old])).status_code == 404
    assert browser_of("mallory").get(reverse("sme:consent_compare", args=[new])).status_code == 404
    bank = browser_of("bo").get(reverse("bank:consent_detail", args=[new]))
    assert bank.context["comparison"] == comparison
    assert browser_of("ben").get(reverse("bank:consent_detail", args=[new])).status_code == 404


def test_a_history_has_every_step_in_order(people: People, browser_of: BrowserOf) -> None:
    consent = live_outside_applications(people)
    pause_consent(people.sara, consent_id=consent)
    stop_consent(people.sara, consent_id=consent)
    acknowledge_end(people.bo, consent_id=consent)
    for who, name in (("sara", "sme:consent_detail"), ("bo", "bank:consent_detail")):
        history = browser_of(who).get(reverse(name, args=[consent])).context["history"]
        assert [step.sentence for step in history] == [
            "The firm itself put the terms before the consent signer",
            "Signed: the firm allowed it",
            "Paused by the firm",
            "Stopped by the firm",
            "The bank acknowledged the end",
        ]


REASON = "Your loan’s second half is due. <b>We look once a month.</b>"


def asked_through_the_page(people: People, browser_of: BrowserOf, **answers: object) -> int:
    assert people.sara.organisation_id is not None
    firm = Organisation.objects.get(id=people.sara.organisation_id)
    asked = {"uscc": firm.uscc, "purpose": "underwriting", "categories": ["vat_invoices"]}
    form = {**asked, "months": 6, "days": 20, "reason": REASON, **answers}
    return browser_of("bo").post(reverse("bank:consent_ask"), form).status_code


def test_a_request_says_why_and_what_it_is_beside_what_there_is(
    people: People, browser_of: BrowserOf
) -> None:
    there = live_outside_applications(people)
    for nonsense in ({"reason": "a\0b"}, {"reason": "x" * 501}, {"reason": " "}):
        assert asked_through_the_page(people, browser_of, **nonsense) == 200
    assert not requests_waiting_for(people.sara)
    assert asked_through_the_page(people, browser_of) == 302
    (ask,) = requests_waiting_for(people.sara)
    assert ask.reason == REASON
    address = reverse("sme:request_detail", args=[ask.id])
    shown = browser_of("sara").get(address)
    page = shown.content.decode()
    assert escape(REASON) in page
    assert "To see how sales and purchases go over time" in page
    assert shown.context["standing"].id == there
    assert [part.label for part in shown.context["comparison"].changed] == ["Months", "How long"]
    assert browser_of("mallory").get(address).status_code == 404
    assert reverse("sme:request_reject", args=[ask.id]) not in (
        browser_of("sam").get(address).content.decode()
    )
    reject_request(people.sara, request_id=ask.id)
    over = browser_of("sara").get(address).content.decode()
    assert reverse("sme:request_reject", args=[ask.id]) not in over
    assert "Not allowed" in over
