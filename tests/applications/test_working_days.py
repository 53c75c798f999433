"""Deadlines in working days, with the holidays of a known year and of one that is not."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.applications.working_days import (
    due_after_pause,
    due_at,
    is_calendar_known,
    is_working_day,
    last_day,
    working_days_between,
)
from portal.core.months import SHANGHAI


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-11-23T09:00", 1, "2026-11-24"),
        ("2026-11-23T23:59", 5, "2026-11-30"),
        ("2026-11-21T12:00", 1, "2026-11-23"),  # sent on a Saturday
        ("2026-09-30T10:00", 1, "2026-10-08"),  # National Day: off until the 7th
        ("2026-10-09T10:00", 1, "2026-10-10"),  # a Saturday worked in its stead
        ("2026-02-13T10:00", 2, "2026-02-24"),  # Spring Festival, after a worked Saturday
        ("2026-12-31T10:00", 1, "2027-01-01"),  # 2027 is not known: a Friday like any other
    ],
)
def test_a_deadline_is_the_end_of_the_last_working_day(start: str, days: int, last: str) -> None:
    due = due_at(at(start), days)
    assert last_day(due) == date.fromisoformat(last)
    assert (due.hour, due.minute, due.tzinfo) == (0, 0, SHANGHAI)


def test_years_without_a_list_have_weekends_only() -> None:
    assert is_calendar_known(date(2026, 12, 31))
    assert not is_calendar_known(date(2031, 1, 1))
    assert is_working_day(date(2031, 10, 1))
    assert not is_working_day(date(2031, 10, 4))


def test_days_that_wait_for_the_firm_are_added() -> None:
    due = due_at(at("2026-11-23T09:00"), 2)
    later = due_after_pause(
        due, stopped_at=at("2026-11-24T10:00"), resumed_at=at("2026-11-30T10:00")
    )
    assert (last_day(due), last_day(later)) == (date(2026, 11, 25), date(2026, 12, 1))
    same_day = due_after_pause(
        due, stopped_at=at("2026-11-24T10:00"), resumed_at=at("2026-11-24T18:00")
    )
    assert same_day == due


@given(
    start=st.dates(date(2024, 1, 1), date(2028, 12, 1)),
    days=st.integers(1, 30),
    stopped=st.integers(0, 20),
    resumed=st.integers(0, 20),
)
def test_as_many_working_days_are_left_after_a_pause_as_before(
    start: date, days: int, stopped: int, resumed: int
) -> None:
    begun = datetime.combine(start, time(12), SHANGHAI)
    due = due_at(begun, days)
    assert working_days_between(begun.date(), last_day(due)) == days
    stop = due_at(begun, stopped + 1)
    back = due_at(stop, resumed + 1)
    later = due_after_pause(due, stopped_at=stop, resumed_at=back)
    stood = working_days_between(stop.date(), back.date())
    assert working_days_between(last_day(due), last_day(later)) == stood
