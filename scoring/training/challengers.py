"""Other ways to fit, in the same folds as the card: does it lose by being a card?

Seeds and settings were fixed before the first look. Everything that learns from labels happens
inside a fold, optbinning's bins too; its scorecard differs from ours by the bins alone.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from math import ceil
from typing import Any

import numpy as np
from optbinning import OptimalBinning
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.engine.features import CATALOGUE, FEATURES, Better, Feature
from scoring.training.binning import LEAST_SHARE, MOST_BINS, PRE_BINS, Bins, weights_on
from scoring.training.dataset import Firm
from scoring.training.fit import Numbers, Row, Sample, fit_card, fit_slopes
from scoring.training.sample import sample_of
from scoring.training.train import AS_OF, EARLIER_AS_OF
from scoring.training.validate import (
    FIRST_SEED,
    SMALL_SHARE,
    auc,
    choose_strength,
    folds,
    gain,
    mean_and_spread,
    monthly_sales,
    with_interval,
)

REPEATS = 5
PERMUTATIONS = 10
Rule = Callable[[Row], float]
Learner = Callable[[Sample, int], Rule]


def own_card(part: Sample, seed: int) -> Rule:
    """The card as it is shipped."""
    return fit_card(part, choose_strength(part, seed)).log_odds


def card_on_optbinning(part: Sample, seed: int) -> Rule:
    """The same regression and smoothing on optbinning's monotone bins."""
    found = {feature.name: _optimal_bins(part, feature) for feature in CATALOGUE}
    bins = {name: one for name, one in found.items() if one is not None}
    return fit_slopes(part, bins, choose_strength(part, seed)).log_odds


def monotone_boosting(part: Sample, seed: int) -> Rule:
    """Gradient boosting that may only move the way the trade expects."""
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=60,
        max_leaf_nodes=4,
        min_samples_leaf=8,
        l2_regularization=1.0,
        monotonic_cst=[1 if one.better is Better.HIGHER else -1 for one in CATALOGUE],
        early_stopping=False,
        random_state=seed,
    )
    trees.fit(_matrix(part.rows), ~np.array(part.defaulted))
    return lambda row: float(trees.decision_function(_matrix([row]))[0])


def sales_alone(part: Sample, seed: int) -> Rule:
    """Average monthly sales; learns nothing."""
    return lambda row: float(row["monthly_sales"] or 0)


LEARNERS: Mapping[str, Learner] = {
    "card": own_card,
    "card_on_optbinning": card_on_optbinning,
    "monotone_boosting": monotone_boosting,
    "sales_alone": sales_alone,
}


def challengers(firms: Sequence[Firm]) -> dict[str, Any]:
    """The whole contest, as it is kept beside the model file."""
    return {
        **{as_of: contest(sample_of(firms, as_of)) for as_of in (AS_OF, EARLIER_AS_OF[0])},
        "permuted_labels": dealt(sample_of(firms, AS_OF)),
        "versions": {name: version(name) for name in ("numpy", "optbinning", "scikit-learn")},
    }


def contest(sample: Sample) -> dict[str, Any]:
    """AUC of each learner on firms it hasn't seen, and of each less the card, by size of firm."""
    paying, sales = ~np.array(sample.defaulted), monthly_sales(sample)
    seen = {name: unseen(sample, learner, REPEATS) for name, learner in LEARNERS.items()}
    small = sales <= np.quantile(sales, SMALL_SHARE)
    groups = {"all": np.full(len(paying), fill_value=True), "small": small, "larger": ~small}
    return {
        "firms": len(paying),
        "defaults": int((~paying).sum()),
        "repeats": REPEATS,
        **{
            group: {
                name: _beside_card(paying[chosen], found[chosen], seen["card"][chosen])
                for name, found in seen.items()
            }
            for group, chosen in groups.items()
        },
    }


def dealt(sample: Sample) -> dict[str, Any]:
    """Mean and spread of a challenger's AUC when the labels are dealt out at random."""
    found: dict[str, list[float]] = {"card_on_optbinning": [], "monotone_boosting": []}
    for seed in range(FIRST_SEED, FIRST_SEED + PERMUTATIONS):
        labels = np.random.default_rng(seed).permutation(sample.defaulted)
        other = Sample(sample.rows, tuple(bool(label) for label in labels))
        paying = ~np.array(other.defaulted)
        for name, aucs in found.items():
            aucs.append(auc(paying, unseen(other, LEARNERS[name], 1)))
    spreads = {name: mean_and_spread(np.array(aucs)) for name, aucs in found.items()}
    return {"permutations": PERMUTATIONS, **spreads}


def unseen(sample: Sample, learner: Learner, repeats: int) -> Numbers:
    """What a learner says of each firm in the folds that didn't train on it, averaged."""
    total = np.zeros(len(sample.rows))
    for seed in range(FIRST_SEED, FIRST_SEED + repeats):
        for train, test in folds(sample, seed):
            rule = learner(sample.part(train), seed)
            total[test] += [rule(sample.rows[place]) / repeats for place in test]
    return total


def _beside_card(paying: Any, found: Numbers, card: Numbers) -> dict[str, Any]:
    return {
        "auc": with_interval(auc, paying, found),
        "gain": with_interval(gain, paying, np.column_stack([found, card])),
    }


def _optimal_bins(part: Sample, feature: Feature) -> Bins | None:
    """Bins of whole numbers from optbinning's splits, weighed as ours; None for a single one."""
    values = part.values(feature.name)
    known = [
        (value, bad) for value, bad in zip(values, part.defaulted, strict=True) if value is not None
    ]
    binning = OptimalBinning(
        name=feature.name,
        solver="mip",
        monotonic_trend="descending" if feature.better is Better.HIGHER else "ascending",
        max_n_prebins=PRE_BINS,
        max_n_bins=MOST_BINS,
        min_bin_size=LEAST_SHARE,
    )
    binning.fit([float(value) for value, _ in known], [int(bad) for _, bad in known])
    cuts = tuple(sorted({ceil(split) for split in binning.splits}))
    if not cuts:
        return None
    empty = Bins(cuts, (0.0,) * (len(cuts) + 1), (0.0,) * (len(cuts) + 1))
    return weights_on(empty, values, part.defaulted)


def _matrix(rows: Sequence[Row]) -> Numbers:
    names = list(FEATURES)
    return np.array(
        [
            [np.nan if (value := row[name]) is None else float(value) for name in names]
            for row in rows
        ]
    )
