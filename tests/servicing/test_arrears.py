"""The classes of overdue loans."""

from __future__ import annotations

import pytest

from portal.servicing.arrears import Arrears, arrears_of


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (0, Arrears.NORMAL),
        (1, Arrears.SPECIAL_MENTION),
        (90, Arrears.SPECIAL_MENTION),
        (91, Arrears.SUBSTANDARD),
        (270, Arrears.SUBSTANDARD),
        (271, Arrears.DOUBTFUL),
        (360, Arrears.DOUBTFUL),
        (361, Arrears.LOSS),
    ],
)
def test_each_class_begins_the_day_after_its_limit(days: int, found: Arrears) -> None:
    assert arrears_of(days) is found
