"""Batches begin at the cadence, however long each one takes."""

from __future__ import annotations

import pytest

from ledger.pace import AIM, CADENCE, FEWEST, Pace


@pytest.mark.parametrize("seconds", [0.0, CADENCE / 4, CADENCE])
def test_the_time_a_batch_took_comes_off_the_rest_after_it(seconds: float) -> None:
    pace = Pace(limit=1_000)

    pace.note(taken=10, seconds=seconds)

    assert pace.rest == pytest.approx(CADENCE - seconds)


def test_no_rest_after_a_batch_that_was_slow_or_full() -> None:
    slow, full = Pace(limit=1_000), Pace(limit=1_000)

    slow.note(taken=10, seconds=CADENCE * 2)
    full.note(taken=1_000, seconds=AIM)

    assert (slow.rest, full.rest) == (0, 0)


def test_the_limit_grows_after_quick_full_batches_and_shrinks_after_slow_ones() -> None:
    pace = Pace(limit=1_000, most=2_500)

    pace.note(taken=1_000, seconds=AIM / 2)
    grown = pace.limit
    pace.note(taken=2_000, seconds=AIM / 2)
    most = pace.limit
    for _ in range(20):
        pace.note(taken=10, seconds=AIM * 3)

    assert (grown, most, pace.limit) == (2_000, 2_500, FEWEST)


def test_after_a_slow_batch_the_limit_is_what_fits_in_the_time() -> None:
    pace = Pace(limit=1_000)

    pace.note(taken=900, seconds=AIM * 3)

    assert pace.limit == 600
