"""Calibration as arithmetic: who is flagged, when, and how often by chance."""

from __future__ import annotations

from random import Random

import pytest

from scoring.engine.calibration import (
    FALSE_ALARMS,
    LEAST_LOANS,
    Fit,
    Vintage,
    at_least,
    fit,
    ratio_interval,
)


def drawn(random: Random, *, loans: int, times: float, is_over: bool = True) -> Vintage:
    """Loans with unlike probabilities, of which ``times`` as many go bad as foreseen."""
    chances = [random.uniform(0.002, 0.12) for _ in range(loans)]
    bad = sum(random.random() < times * chance for chance in chances)
    return Vintage(loans, sum(chances), bad, is_over)


def test_the_poisson_tail_is_that_of_published_tables() -> None:
    assert at_least(0, 3.0) == 1.0
    assert at_least(1, 3.0) == pytest.approx(0.950213, abs=1e-6)
    assert at_least(8, 3.0) == pytest.approx(0.011905, abs=1e-6)
    assert at_least(1, 0.0) == 0.0
    assert at_least(900, 800.0) == pytest.approx(0.000264, rel=0.1)


def test_the_interval_is_near_the_exact_one() -> None:
    low, high = ratio_interval(10, 10.0)
    assert [low, high] == pytest.approx([0.4795, 1.839], abs=0.003)
    assert list(ratio_interval(0, 2.0)) == pytest.approx([0.0, 3.689 / 2], abs=0.02)
    with pytest.raises(ValueError, match="nothing was foreseen"):
        ratio_interval(1, 0.0)


def test_loans_as_foreseen_are_seldom_flagged() -> None:
    random = Random(20261123)
    flagged = sum(fit(drawn(random, loans=300, times=1.0)) is not Fit.FITS for _ in range(1_500))
    assert flagged <= 3 * 2 * FALSE_ALARMS * 1_500


@pytest.mark.parametrize(("times", "said"), [(2.0, Fit.MORE), (0.3, Fit.FEWER)])
def test_what_is_far_off_is_flagged(times: float, said: Fit) -> None:
    random = Random(7)
    found = [fit(drawn(random, loans=600, times=times)) for _ in range(100)]
    assert found.count(said) >= 95


def test_too_many_are_flagged_before_the_year_is_over_too_few_only_after() -> None:
    assert fit(Vintage(200, 5.0, 14, is_over=False)) is Fit.MORE
    assert fit(Vintage(200, 12.0, 0, is_over=False)) is Fit.OPEN
    assert fit(Vintage(200, 12.0, 0, is_over=True)) is Fit.FEWER


def test_a_handful_is_not_judged() -> None:
    assert fit(Vintage(LEAST_LOANS - 1, 1.0, 40, is_over=True)) is Fit.TOO_FEW
    assert fit(Vintage(LEAST_LOANS, 1.0, 40, is_over=True)) is Fit.MORE


@pytest.mark.parametrize("of", [(5, 1.0, 6), (5, 6.0, 1), (5, -1.0, 1), (5, 1.0, -1)])
def test_impossible_counts_are_refused(of: tuple[int, float, int]) -> None:
    with pytest.raises(ValueError, match="between none and all"):
        Vintage(*of, is_over=True)


def test_together_is_over_when_both_are() -> None:
    both = Vintage(60, 3.0, 2, is_over=True).together_with(Vintage(40, 1.0, 3, is_over=False))
    assert both == Vintage(100, 4.0, 5, is_over=False)
