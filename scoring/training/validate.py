"""How well the card does on firms it hasn't seen: repeated nested folds, seeds fixed in advance.

Everything that learns from labels (bins, the choice of strength, slopes) happens inside a fold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.training.fit import (
    STRENGTHS,
    Numbers,
    Sample,
    fit_all_bins,
    fit_card,
    fit_slopes,
    newton,
)

FOLDS = 5
REPEATS = 20
FIRST_SEED = 1_000
PERMUTATIONS = 100
BOOTSTRAPS = 2_000
WEAK = 1e-3
SMALL_SHARE = 0.4
PPM = 1_000_000

Flags: TypeAlias = "NDArray[np.bool_]"
Statistic = Callable[[Flags, Numbers], float]


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Log-odds of paying of each firm from the folds that didn't train on it."""

    log_odds: Numbers
    fold_auc: Numbers
    fold_auc_of_sales: Numbers


def choose_strength(sample: Sample, seed: int) -> float:
    """The penalty with the least log loss in folds inside the sample."""
    found = {strength: np.zeros(len(sample.rows)) for strength in STRENGTHS}
    for train, test in folds(sample, seed):
        part = sample.part(train)
        bins = fit_all_bins(part)
        for strength, log_odds in found.items():
            card = fit_slopes(part, bins, strength)
            log_odds[test] = [card.log_odds(sample.rows[place]) for place in test]
    return min(found, key=lambda strength: _log_loss(sample, found[strength]))


def out_of_fold(sample: Sample, repeats: int) -> OutOfFold:
    """Nested folds, repeated; log-odds are averaged over the repeats."""
    paying = ~np.array(sample.defaulted)
    sales = monthly_sales(sample)
    total, aucs, sales_aucs = np.zeros(len(paying)), [], []
    for seed in range(FIRST_SEED, FIRST_SEED + repeats):
        for train, test in folds(sample, seed):
            part = sample.part(train)
            card = fit_card(part, choose_strength(part, seed))
            found = np.array([card.log_odds(sample.rows[place]) for place in test])
            total[test] += found / repeats
            aucs.append(auc(paying[test], found))
            sales_aucs.append(auc(paying[test], sales[test]))
    return OutOfFold(total, np.array(aucs), np.array(sales_aucs))


def permuted_auc(sample: Sample) -> Numbers:
    """Mean fold AUC of the whole procedure for labels dealt out at random, per permutation."""
    found = []
    for seed in range(FIRST_SEED, FIRST_SEED + PERMUTATIONS):
        labels = np.random.default_rng(seed).permutation(sample.defaulted)
        dealt = Sample(sample.rows, tuple(bool(label) for label in labels))
        found.append(out_of_fold(dealt, repeats=1).fold_auc.mean())
    return np.array(found)


def monthly_sales(sample: Sample) -> Numbers:
    """The rival: average monthly sales alone (its logarithm ranks the same)."""
    return np.array([float(row["monthly_sales"] or 0) for row in sample.rows])


def metrics(sample: Sample, repeats: int = REPEATS) -> dict[str, Any]:
    """The validation figures, in parts per million with 95 % bootstrap intervals over firms."""
    paying = ~np.array(sample.defaulted)
    sales, seen = monthly_sales(sample), out_of_fold(sample, repeats)
    small = sales <= np.quantile(sales, SMALL_SHARE)
    return {
        "firms": len(paying),
        "defaults": int((~paying).sum()),
        "repeats": repeats,
        "fold_auc": mean_and_spread(seen.fold_auc),
        "fold_auc_of_sales": mean_and_spread(seen.fold_auc_of_sales),
        "ks": with_interval(_ks, paying, seen.log_odds),
        "brier": with_interval(_brier, paying, seen.log_odds),
        "brier_of_the_rate": round(PPM * float(np.mean(paying)) * (1 - float(np.mean(paying)))),
        "calibration_slope": with_interval(partial(_calibration, 1), paying, seen.log_odds),
        "calibration_intercept": with_interval(partial(_calibration, 0), paying, seen.log_odds),
        "all": _against_sales(paying, seen.log_odds, sales),
        "small": _against_sales(paying[small], seen.log_odds[small], sales[small]),
        "larger": _against_sales(paying[~small], seen.log_odds[~small], sales[~small]),
    }


def permutation_metrics(sample: Sample) -> dict[str, int]:
    """Mean and spread of the AUC when the labels mean nothing."""
    return {"permutations": PERMUTATIONS, **mean_and_spread(permuted_auc(sample))}


def folds(sample: Sample, seed: int) -> list[tuple[list[int], list[int]]]:
    """Places to train on and to test on, five times, with the same share of defaults in each."""
    random, fold = np.random.default_rng(seed), np.empty(len(sample.rows), dtype=int)
    for places in (np.flatnonzero(sample.defaulted), np.flatnonzero(~np.array(sample.defaulted))):
        fold[random.permutation(places)] = np.arange(len(places)) % FOLDS
    return [
        (np.flatnonzero(fold != one).tolist(), np.flatnonzero(fold == one).tolist())
        for one in range(FOLDS)
    ]


def _log_loss(sample: Sample, log_odds: Numbers) -> float:
    signs = np.where(sample.defaulted, 1.0, -1.0)
    return float(np.logaddexp(0, signs * log_odds).mean())


def _against_sales(paying: Flags, log_odds: Numbers, sales: Numbers) -> dict[str, Any]:
    """AUC of the card, of sales alone, and of the one less the other on the same firms."""
    return {
        "firms": len(paying),
        "defaults": int((~paying).sum()),
        "auc": with_interval(auc, paying, log_odds),
        "auc_of_sales": with_interval(auc, paying, sales),
        "gain": with_interval(gain, paying, np.column_stack([log_odds, sales])),
    }


def gain(paying: Flags, both: Numbers) -> float:
    """AUC of the first column less that of the second."""
    return auc(paying, both[:, 0]) - auc(paying, both[:, 1])


def with_interval(statistic: Statistic, paying: Flags, values: Numbers) -> dict[str, int]:
    """A statistic and its 95 % bootstrap interval over firms, in parts per million."""
    random = np.random.default_rng(FIRST_SEED)
    found: list[float] = []
    while len(found) < BOOTSTRAPS:
        drawn = random.integers(0, len(paying), len(paying))
        if paying[drawn].any() and not paying[drawn].all():
            found.append(statistic(paying[drawn], values[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return {"value": _ppm(statistic(paying, values)), "low": _ppm(low), "high": _ppm(high)}


def mean_and_spread(values: Numbers) -> dict[str, int]:
    """Mean and standard deviation, in parts per million."""
    return {"mean": _ppm(values.mean()), "standard_deviation": _ppm(values.std(ddof=1))}


def auc(paying: Flags, values: Numbers) -> float:
    """Share of (paying, defaulting) pairs put in the right order, ties half."""
    ahead = values[paying][:, None] - values[~paying][None, :]
    return float(np.mean((ahead > 0) + 0.5 * (ahead == 0)))


def _ks(paying: Flags, values: Numbers) -> float:
    """Largest distance between the distributions of paying and defaulting firms."""
    below = values[None, :] <= np.unique(values)[:, None]
    apart = below[:, ~paying].mean(axis=1) - below[:, paying].mean(axis=1)
    return float(np.abs(apart).max())


def _brier(paying: Flags, log_odds: Numbers) -> float:
    return float(np.mean((1 / (1 + np.exp(-log_odds)) - paying) ** 2))


def _calibration(part: int, paying: Flags, log_odds: Numbers) -> float:
    """Slope (part 1) or intercept (part 0) of the outcome on the predicted log-odds."""
    design = np.column_stack([np.ones(len(log_odds)), log_odds])
    return float(newton(design, paying.astype(float), np.array([0.0, WEAK]))[part])


def _ppm(value: Sequence[float] | float) -> int:
    return round(float(value) * PPM)  # type: ignore[arg-type]
