from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.months import Month, months_between

months = st.builds(Month, st.integers(1950, 2100), st.integers(1, 12))


@given(months, st.integers(-400, 400))
def test_adding_and_taking_away_are_inverse(month: Month, step: int) -> None:
    assert month + step - step == month
    assert Month.parse(str(month)) == month


@given(months, st.integers(0, 60))
def test_a_range_holds_every_month_once(first: Month, more: int) -> None:
    found = months_between(first, first + more)
    assert len(found) == more + 1
    assert found == sorted(set(found))


def test_a_moment_belongs_to_the_month_seen_in_shanghai() -> None:
    assert Month.of(datetime(2026, 10, 31, 16, 30, tzinfo=UTC)) == Month(2026, 11)
    assert Month.of(date(2026, 10, 31)) == Month(2026, 10)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "2026-01 ", "２０２６-01"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        Month.parse(text)
