"""What a bank's system did stands in the activity log under its token, and under no person."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest

from portal.accounts.create_api_token import NewToken
from portal.accounts.models import ActivityRow
from portal.applications.models import LoanApplication
from portal.disclosure.models import DisclosureFile, What
from tests.api.conftest import Ask, asking_with
from tests.disclosure.requests import made, terms_about
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def calls_of(token: NewToken) -> list[ActivityRow]:
    found = ActivityRow.objects.filter(actor=token.token.ref, activity="api_called")
    return list(found.order_by("id"))


def acts_about(people: People, whose: UUID, what: What) -> list[dict[str, Any]]:
    disclosure = made(people, terms_about(whose, what=what))
    stored = DisclosureFile.objects.get(disclosure=disclosure)
    with ZipFile(BytesIO(bytes(stored.content))) as archive:
        return [
            json.loads(line)
            for name in ("activity.jsonl", "ledger.jsonl")
            for line in archive.read(name).splitlines()
        ]


def test_each_call_says_which_token_and_who_made_it(
    people: People, system: Ask, token: NewToken, case: LoanApplication
) -> None:
    assert system().status_code == 200
    assert system(f"{case.id}/score/").status_code == 200
    assert system(f"{people.sara.person_id}/").status_code == 404
    rows = calls_of(token)
    assert [row.detail["status"] for row in rows] == [200, 200, 404]
    assert {row.detail["made_by"] for row in rows} == {people.boss.ref}
    assert {row.organisation for row in rows} == {people.boss.organisation_id}
    assert rows[1].subject.endswith(str(case.id))
    assert token.secret not in str([vars(row) for row in rows])


def test_a_text_that_is_no_token_has_no_row_of_one(token: NewToken) -> None:
    assert asking_with(token.secret[:-1] + "!")().status_code == 401
    assert calls_of(token) == []


def test_an_export_of_the_bank_has_its_systems_acts_and_that_of_a_person_does_not(
    people: People, system: Ask, token: NewToken, case: LoanApplication
) -> None:
    assert system(f"{case.id}/score/").status_code == 200
    assert people.boss.organisation_id is not None
    of_bank = acts_about(people, people.boss.organisation_id, What.ORGANISATION)
    by_token = [act for act in of_bank if token.token.ref in (act.get("who"), act.get("actor"))]
    assert {act.get("act") or act["kind"] for act in by_token} >= {"api_called", "data.viewed"}
    of_person = acts_about(people, people.boss.person_id, What.PERSON)
    assert of_person
    assert token.token.ref not in {act.get("who") or act.get("actor") for act in of_person}
