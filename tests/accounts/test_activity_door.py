"""The door at which acts are written down, tried by people who would rather not be, or too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from portal.accounts.models import ActivityRow, User
from portal.core.actor import Actor
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
SIGN_IN = reverse("account:sign_in")


def rows_of(actor: Actor) -> list[tuple[str, str, Any, Any]]:
    """Act, thing, page and status of what the person did at the door, oldest first."""
    rows = ActivityRow.objects.filter(actor=actor.ref, activity__in=["page_opened", "form_sent"])
    return [
        (row.activity, row.subject, row.detail["page"], row.detail["status"])
        for row in rows.order_by("id")
    ]


def tries_at(actor: Actor) -> list[str]:
    """What strangers tried in the person's name."""
    rows = ActivityRow.objects.filter(subject=actor.ref, activity="sign_in_refused", actor="")
    return list(rows.values_list("activity", flat=True))


def email_of(actor: Actor) -> str:
    return User.objects.get(id=actor.person_id).email


def test_who_tries_anothers_password_while_signed_in_is_on_both_logs(
    people: People, browser_of: BrowserOf
) -> None:
    mallory = browser_of("mallory")
    before = len(tries_at(people.sara))
    for _ in range(2):
        mallory.post(SIGN_IN, {"email": email_of(people.sara), "password": "guess"})
    assert len(tries_at(people.sara)) == before + 2
    own = [row for row in rows_of(people.mallory) if row[2] == "account:sign_in"]
    assert own == [("form_sent", "", "account:sign_in", 200)] * 2


@pytest.mark.parametrize("digits", [19, 20, 76, 4000])
def test_a_number_that_no_entry_has_is_not_found_and_written_down(
    people: People, browser_of: BrowserOf, digits: int
) -> None:
    address = f"/firm/events/{'9' * digits}/receipt/"
    assert browser_of("sara").get(address).status_code == 404
    kind, subject, page, status = rows_of(people.sara)[-1]
    assert (kind, page, status) == ("page_opened", "sme:event_receipt", 404)
    assert subject == f"seq:{'9' * min(digits, 40)}"


@pytest.mark.parametrize("digits", [20, 4000])
def test_the_regulators_pages_take_any_number(
    people: People, browser_of: BrowserOf, digits: int
) -> None:
    rita = browser_of("rita")
    for tail in ("", "receipt/"):
        assert rita.get(f"/regulator/entries/{'9' * digits}/{tail}").status_code == 404


def test_an_address_that_leads_nowhere_is_an_act_without_its_words(
    people: People, browser_of: BrowserOf
) -> None:
    sara = browser_of("sara")
    before = len(rows_of(people.sara))
    assert sara.get("/firm/password/hunter2/?token=hunter2").status_code == 404
    assert sara.post("/firm/%00%ff\ud83d/".encode(errors="replace").decode()).status_code == 404
    assert rows_of(people.sara)[before:] == [
        ("page_opened", "", "", 404),
        ("form_sent", "", "", 404),
    ]
    rows = ActivityRow.objects.filter(actor=people.sara.ref)
    assert "hunter2" not in str([(row.subject, row.detail) for row in rows])


@pytest.mark.parametrize("method", ["head", "options", "put", "delete", "patch"])
def test_every_method_is_an_act(people: People, browser_of: BrowserOf, method: str) -> None:
    sara, before = browser_of("sara"), len(rows_of(people.sara))
    answer = getattr(sara, method)(reverse("sme:overview"))
    activity = "page_opened" if method in ("head", "options") else "form_sent"
    assert rows_of(people.sara)[before:] == [(activity, "", "sme:overview", answer.status_code)]


def test_nothing_that_was_sent_along_is_in_a_row(people: People, browser_of: BrowserOf) -> None:
    sara, secret = browser_of("sara"), "hunter2\r\n\x00\u202e"
    headers = {"user-agent": secret * 500, "referer": f"/{secret}", "x-forwarded-for": secret}
    sara.get(reverse("sme:overview"), {"code": secret, "password": secret}, headers=headers)
    sara.post(SIGN_IN, {"email": secret, "password": secret}, headers=headers)
    Client().post(SIGN_IN, {"email": secret * 200, "password": secret}, headers=headers)
    newest = ActivityRow.objects.order_by("-id")[:6]
    shown = [(row.actor, row.subject, row.detail, row.address) for row in newest]
    assert "hunter2" not in str(shown)
    assert {row.address for row in newest} == {"127.0.0.1"}


def test_a_sign_in_of_thousands_of_fields_is_refused_and_not_judged(people: People) -> None:
    fields = {f"field{number}": "x" for number in range(6_200)}
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    body += f"&email={email_of(people.sara)}&password=guess"
    before = len(tries_at(people.sara))
    kind = "application/x-www-form-urlencoded"
    assert Client().post(SIGN_IN, body, content_type=kind).status_code == 400
    assert len(tries_at(people.sara)) == before


@contextmanager
def no_more_rows() -> Iterator[None]:
    """The log can't be written, as when its disk is full."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_log() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER full_log BEFORE INSERT ON accounts_activity"
            " FOR EACH ROW EXECUTE FUNCTION full_log()"
        )
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER full_log ON accounts_activity")
            cursor.execute("DROP FUNCTION full_log()")


def test_what_cannot_be_written_down_is_not_shown(people: People, browser_of: BrowserOf) -> None:
    sara = browser_of("sara")
    sara.raise_request_exception = False
    page, heading = reverse("sme:looks"), "Who looked at my data</h1>"
    before, shown = len(rows_of(people.sara)), sara.get(page)
    assert heading in shown.content.decode()
    with no_more_rows():
        answer = sara.get(page)
    assert answer.status_code == 500
    assert heading not in answer.content.decode()
    assert len(rows_of(people.sara)) == before + 1
