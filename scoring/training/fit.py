"""One fit: bins, weights of evidence and a logistic regression held in by its size and signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.engine.features import FEATURES
from scoring.training.binning import Bins, fit_bins, weights_on

Numbers: TypeAlias = "NDArray[np.float64]"
Row = Mapping[str, int | None]
STRENGTHS = (0.01, 0.03, 0.1, 0.3)
LEAST_SPREAD = 0.1
NEWTON_STEPS = 50
NEWTON_PRECISION = 1e-10


@dataclass(frozen=True, slots=True)
class Sample:
    """Firms' features and labels; the order carries no meaning."""

    rows: tuple[Row, ...]
    defaulted: tuple[bool, ...]

    def part(self, places: Sequence[int]) -> "Sample":
        """The firms at these places, repeats included."""
        return Sample(
            tuple(self.rows[place] for place in places),
            tuple(self.defaulted[place] for place in places),
        )

    def values(self, name: str) -> list[int | None]:
        """One feature of every firm."""
        return [row[name] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Card:
    """A fitted scorecard before points: log-odds of paying are additive in the features."""

    strength: float
    intercept: float
    slopes: Mapping[str, float]
    bins: Mapping[str, Bins]

    def log_odds(self, row: Row) -> float:
        """Natural logarithm of paying to defaulting, at the sample's own default rate."""
        parts = (slope * self.bins[name].weight(row[name]) for name, slope in self.slopes.items())
        return self.intercept + sum(parts)


def fit_card(sample: Sample, strength: float) -> Card:
    """Bins and slopes fitted on a sample."""
    return fit_slopes(sample, fit_all_bins(sample), strength)


def fit_all_bins(sample: Sample) -> dict[str, Bins]:
    """Bins of every feature that has more than one on this sample."""
    found = {
        name: fit_bins(sample.values(name), sample.defaulted, feature.better)
        for name, feature in FEATURES.items()
    }
    return {name: bins for name, bins in found.items() if len(bins.weights) > 1}


def fit_slopes(sample: Sample, bins: Mapping[str, Bins], strength: float) -> Card:
    """Slopes on given bins. Leaves out, weakest first, features whose slope turns against the
    trade's expectation or that move the log-odds by less than LEAST_SPREAD between their bins.
    """
    used = list(bins)
    while True:
        intercept, slopes = regress(sample, bins, used, strength)
        spreads = {name: slopes[name] * _range(bins[name]) for name in used}
        weakest = min(used, key=lambda name: spreads[name], default=None)
        if weakest is None or spreads[weakest] >= LEAST_SPREAD:
            return Card(strength, intercept, slopes, {name: bins[name] for name in used})
        used.remove(weakest)


def refit_card(card: Card, sample: Sample) -> Card:
    """The same features, bins and strength on another sample: one bootstrap replicate."""
    bins = {
        name: weights_on(bins, sample.values(name), sample.defaulted)
        for name, bins in card.bins.items()
    }
    intercept, slopes = regress(sample, bins, list(bins), card.strength)
    return Card(card.strength, intercept, slopes, bins)


def regress(
    sample: Sample, bins: Mapping[str, Bins], names: Sequence[str], strength: float
) -> tuple[float, dict[str, float]]:
    """Intercept and slopes of paying on weights of evidence, slopes penalised by their squares
    over twice the strength.
    """
    columns = [[bins[name].weight(value) for value in sample.values(name)] for name in names]
    design = np.array([[1.0] * len(sample.rows), *columns]).T
    penalty = np.array([0.0] + [1 / strength] * len(names))
    found = newton(design, 1.0 - np.array(sample.defaulted), penalty)
    return float(found[0]), {
        name: float(slope) for name, slope in zip(names, found[1:], strict=True)
    }


def newton(design: Numbers, paying: Numbers, penalty: Numbers) -> Numbers:
    """Minimum of the penalised log loss, which is convex; steps are halved until it falls."""
    rate = paying.mean()
    slopes = np.zeros(design.shape[1])
    slopes[0] = np.log(rate / (1 - rate))
    for _ in range(NEWTON_STEPS):
        odds = 1 / (1 + np.exp(-design @ slopes))
        slope = design.T @ (paying - odds) - penalty * slopes
        curve = (design.T * (odds * (1 - odds))) @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        before = _loss(design, paying, penalty, slopes)
        while _loss(design, paying, penalty, slopes + step) > before + NEWTON_PRECISION:
            step /= 2
        slopes = slopes + step
        if np.abs(step).max() < NEWTON_PRECISION:
            return slopes
    raise ArithmeticError("the regression did not settle")


def _loss(design: Numbers, paying: Numbers, penalty: Numbers, slopes: Numbers) -> float:
    log_odds = design @ slopes
    lost = np.logaddexp(0, np.where(paying > 0, -log_odds, log_odds)).sum()
    return float(lost + (penalty * slopes**2).sum() / 2)


def _range(bins: Bins) -> float:
    return max(bins.weights) - min(bins.weights)
