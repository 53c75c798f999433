"""The size of a firm is a class of its last twelve months' sales."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.engine.firm_size import FirmSize, size_of
from scoring.engine.window import window_of
from tests.scoring.made_up import AS_OF, months_back, record, summaries_of

YUAN = 100


def size(*sales: tuple[date, int]) -> FirmSize:
    records = [record(day, fen, "alder") for day, fen in sales]
    return size_of(window_of(summaries_of(records), AS_OF))


@pytest.mark.parametrize(
    ("yuan", "found"),
    [
        (2_999_999, FirmSize.MICRO),
        (3_000_000, FirmSize.SMALL),
        (19_999_999, FirmSize.SMALL),
        (20_000_000, FirmSize.MEDIUM),
        (400_000_000, FirmSize.LARGE),
    ],
)
def test_each_class_begins_at_its_limit(yuan: int, found: FirmSize) -> None:
    first, last = months_back(12)[0], months_back(12)[-1]
    assert size((first, YUAN), (last, (yuan - 1) * YUAN)) is found


def test_the_year_before_is_not_looked_at() -> None:
    before, newest = min(months_back(13)), max(months_back(13))
    assert size((before, 500_000_000 * YUAN), (newest, YUAN)) is FirmSize.MICRO


def test_what_was_reversed_is_not_sold() -> None:
    (day,) = months_back(1)
    assert size((day, 4_000_000 * YUAN), (day, -2_000_000 * YUAN)) is FirmSize.MICRO
    assert size() is FirmSize.MICRO
