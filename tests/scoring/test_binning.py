"""Bins of training: monotone the way the trade expects, large enough, readable cuts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.features import Better
from scoring.training.binning import LEAST_SHARE, MOST_BINS, fit_bins, two_digits, weights_on
from tests.scoring.made_up import unhurried

firms = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 10**9)), st.booleans()), min_size=1, max_size=120
)


@unhurried
@given(firms, st.sampled_from(Better))
def test_weights_move_one_way_only(pairs: list[tuple[int | None, bool]], better: Better) -> None:
    bins = fit_bins([value for value, _ in pairs], [bad for _, bad in pairs], better)
    rising = all(earlier < later for earlier, later in pairwise(bins.weights))
    falling = all(earlier > later for earlier, later in pairwise(bins.weights))
    assert rising if better is Better.HIGHER else falling


@unhurried
@given(firms, st.sampled_from(Better))
def test_bins_are_few_and_large_enough(
    pairs: list[tuple[int | None, bool]], better: Better
) -> None:
    bins = fit_bins([value for value, _ in pairs], [bad for _, bad in pairs], better)
    assert len(bins.cuts) + 1 == len(bins.weights) <= MOST_BINS
    assert len(bins.shares) == 1 or min(bins.shares) >= LEAST_SHARE


@unhurried
@given(firms)
def test_cuts_have_two_digits(pairs: list[tuple[int | None, bool]]) -> None:
    bins = fit_bins([value for value, _ in pairs], [bad for _, bad in pairs], Better.HIGHER)
    assert all(two_digits(cut) == cut for cut in bins.cuts)


def test_a_clear_divide_is_found() -> None:
    values = list(range(1, 101))
    bins = fit_bins(values, [value <= 40 for value in values], Better.HIGHER)
    assert any(36 <= cut <= 46 for cut in bins.cuts)
    assert bins.weight(5) < 0 < bins.weight(95)


def test_the_wrong_direction_gives_one_bin_and_no_evidence() -> None:
    values = list(range(1, 101))
    bins = fit_bins(values, [value <= 40 for value in values], Better.LOWER)
    assert list(bins.weights) == pytest.approx([0])


def test_no_value_is_no_evidence() -> None:
    assert fit_bins([1, 2, 3, None], [True, False, False, True], Better.HIGHER).weight(None) == 0


def test_the_same_bins_can_be_weighed_on_another_sample() -> None:
    values = list(range(1, 101))
    bins = fit_bins(values, [value <= 40 for value in values], Better.HIGHER)
    again = weights_on(bins, values, [value > 40 for value in values])
    assert again.cuts == bins.cuts
    assert again.weights[0] > 0 > again.weights[-1]
