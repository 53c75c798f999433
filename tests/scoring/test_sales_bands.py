"""Ranges of monthly sales hold the figure and tell little of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.sales_bands import sales_bands
from scoring.engine.window import window_of
from tests.scoring.made_up import AS_OF, months_back, record, summaries_of, unhurried

(DAY,) = months_back(1)


def last_band(net_fen: int) -> tuple[int, int]:
    window = window_of(summaries_of([record(DAY, net_fen, "alder")]), AS_OF)
    band = sales_bands(window)[-1]
    assert band.month == AS_OF
    return band.low_fen, band.high_fen


@unhurried
@given(st.integers(1, 10**15))
def test_a_range_holds_the_figure_and_is_at_most_two_and_a_half_fold(net_fen: int) -> None:
    low, high = last_band(net_fen)
    assert low <= net_fen < high
    assert low == 0 or high <= 2.5 * low
    assert high >= 1_000_000


def test_edges_are_round_yuan() -> None:
    assert last_band(4_999_999) == (2_000_000, 5_000_000)
    assert last_band(5_000_000) == (5_000_000, 10_000_000)


def test_a_month_reversed_or_empty_has_no_sales() -> None:
    assert last_band(-500_000) == (0, 0)
    assert [band[1:] for band in sales_bands(window_of([], AS_OF))] == [(0, 0)] * 24
