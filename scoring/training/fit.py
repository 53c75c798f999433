"""One fit: bins, weights of evidence and a logistic regression held in by its size and signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from scoring.engine.features import FEATURES
from scoring.training.binning import Bins, fit_bins, weights_on

Row = Mapping[str, int | None]
STRENGTHS = (0.01, 0.03, 0.1, 0.3)
LEAST_SPREAD = 0.1


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


def fit_card(sample: Sample, strength: float, names: Sequence[str] = tuple(FEATURES)) -> Card:
    """Fit on a sample; leave out features whose slope turns against the trade's expectation,
    and those that move the log-odds by less than LEAST_SPREAD from worst to best bin.
    """
    defaulted = sample.defaulted
    bins = {name: fit_bins(sample.values(name), defaulted, FEATURES[name].better) for name in names}
    used = [name for name in names if len(bins[name].weights) > 1]
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
    """Intercept and slopes of paying on weights of evidence, with an L2 penalty of 1/strength."""
    if not names:
        paying = len(sample.defaulted) - sum(sample.defaulted)
        return float(np.log(paying / sum(sample.defaulted))), {}
    columns = [[bins[name].weight(value) for value in sample.values(name)] for name in names]
    model = LogisticRegression(C=strength, tol=1e-8, max_iter=1000)
    model.fit(np.array(columns).T, ~np.array(sample.defaulted))
    slopes = {name: float(slope) for name, slope in zip(names, model.coef_[0], strict=True)}
    return float(model.intercept_[0]), slopes


def _range(bins: Bins) -> float:
    return max(bins.weights) - min(bins.weights)
