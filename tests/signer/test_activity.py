"""What is looked at on the signer's pages stands in the activity log, as on the portal's."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connections

from portal.accounts.models import ActivityRow
from tests.personas import People
from tests.signer.test_consenting import Owner, asked, owner
from tests.signer.visiting import Signer

__all__ = ["owner"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def rows_of(owner: Owner) -> list[ActivityRow]:
    rows = ActivityRow.objects.filter(actor=owner.actor.ref, detail__page__startswith="signer:")
    return list(rows.order_by("id"))


def test_each_page_and_form_of_the_signer_is_an_act_of_whom_it_knows(
    owner: Owner, people: People
) -> None:
    before, request = len(rows_of(owner)), asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    owner.browser.open("/offers/00000000-0000-0000-0000-000000000000/")
    owner.browser.open("/nowhere/")
    rows = rows_of(owner)[before:]
    assert [(row.activity, row.subject, row.detail["status"]) for row in rows] == [
        ("page_opened", f"request:{request}", 200),
        ("page_opened", "offer:00000000-0000-0000-0000-000000000000", 404),
    ]
    nowhere = ActivityRow.objects.filter(actor=owner.actor.ref).order_by("id").last()
    assert nowhere is not None
    assert nowhere.detail == {"page": "", "status": 404}


def test_the_number_of_a_step_and_what_is_typed_stay_out_of_it(owner: Owner) -> None:
    rows = rows_of(owner)
    assert {row.activity for row in rows} == {"form_sent", "page_opened"}
    assert {row.subject for row in rows} == {""}
    assert all(set(row.detail) == {"page", "status"} for row in rows)


def test_who_is_not_known_leaves_no_row(signer: Signer) -> None:
    def count() -> int:
        return ActivityRow.objects.filter(detail__page="signer:home", actor="").count()

    before = count()
    signer.browser().open("/")
    assert count() == before


def test_the_signer_may_add_to_the_log_and_not_read_it() -> None:
    for query in (
        "SELECT actor FROM accounts_activity",
        "UPDATE accounts_activity SET actor = ''",
        "DELETE FROM accounts_activity",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            connections["signer"].cursor() as cursor,
        ):
            cursor.execute(query)
