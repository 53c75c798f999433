"""Old rows of the activity log go; young ones, looks and what a request is about stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings
from django.utils import timezone

from portal.accounts.models import ActivityRow
from portal.disclosure.erase_activity import erase_activity
from portal.disclosure.refuse_disclosure import refuse_disclosure
from tests.disclosure.requests import SYSTEM, asked, colleague, terms_about, today
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def row(*, days: int, activity: str = "page_opened") -> int:
    """A row so many days old."""
    at: datetime = timezone.now() - timedelta(days=days)
    made = ActivityRow.objects.create(at=at, actor=f"person:{uuid4()}", activity=activity)
    return made.id


def left_of(ids: list[int]) -> list[bool]:
    found = set(ActivityRow.objects.filter(id__in=ids).values_list("id", flat=True))
    return [number in found for number in ids]


def erase_all() -> None:
    while erase_activity(SYSTEM):
        pass


def test_a_row_goes_after_a_year_and_a_look_after_three() -> None:
    rows = [row(days=364), row(days=366)]
    looks = [row(days=days, activity="case_opened") for days in (366, 1090, 1100)]
    erase_all()
    assert left_of(rows) == [True, False]
    assert left_of(looks) == [True, True, False]


@pytest.mark.parametrize("days", [0, -5, 30])
def test_web_cant_shorten_the_half_year(days: int) -> None:
    rows = [row(days=183), row(days=185)]
    with override_settings(ACTIVITY_DAYS=days):
        erase_all()
    assert left_of(rows) == [True, False]
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_activity WHERE id = %s", [rows[0]])


def test_an_open_request_holds_its_days_until_it_is_decided(people: People) -> None:
    rows = [row(days=days) for days in (400, 380, 370)]
    start = today()
    since, until = start - timedelta(days=390), start - timedelta(days=375)
    request = asked(people, terms_about(people.sara.person_id, since=since, until=until))
    erase_all()
    assert left_of(rows) == [False, True, False]
    refuse_disclosure(colleague(people), disclosure_id=request.id, words="No.")
    erase_all()
    assert left_of(rows) == [False, False, False]


def test_batches_are_bounded_and_each_stays_when_the_next_one_dies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    erase_all()
    rows = [row(days=500 - each) for each in range(5)]
    monkeypatch.setattr("portal.disclosure.erase_activity.BATCH", 2)
    assert erase_activity(SYSTEM) == 2
    assert left_of(rows) == [False, False, True, True, True]
    erase_all()
    assert left_of(rows) == [False] * 5
