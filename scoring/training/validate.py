"""How well the card does on firms it hasn't seen: repeated nested folds, seeds fixed in advance.

Everything that learns from labels (bins, the choice of strength, slopes) happens inside a fold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold

from scoring.training.fit import STRENGTHS, Sample, fit_card

FOLDS = 5
REPEATS = 20
FIRST_SEED = 1_000
PERMUTATIONS = 100
BOOTSTRAPS = 2_000
SMALL_SHARE = 0.4
PPM = 1_000_000

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Statistic = Callable[[Flags, Numbers], float]


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Log-odds of paying of each firm from the folds that didn't train on it."""

    log_odds: Numbers
    fold_auc: Numbers
    fold_auc_of_sales: Numbers


def choose_strength(sample: Sample, seed: int) -> float:
    """The penalty with the least log loss in folds inside the sample."""
    losses = {strength: _inner_loss(sample, strength, seed) for strength in STRENGTHS}
    return min(losses, key=lambda strength: losses[strength])


def out_of_fold(sample: Sample, repeats: int) -> OutOfFold:
    """Nested folds, repeated; log-odds are averaged over the repeats."""
    paying = ~np.array(sample.defaulted)
    sales = monthly_sales(sample)
    total, aucs, sales_aucs = np.zeros(len(paying)), [], []
    for seed in range(FIRST_SEED, FIRST_SEED + repeats):
        for train, test in _folds(sample, seed):
            part = sample.part(train)
            card = fit_card(part, choose_strength(part, seed))
            found = np.array([card.log_odds(sample.rows[place]) for place in test])
            total[test] += found / repeats
            aucs.append(roc_auc_score(paying[test], found))
            sales_aucs.append(roc_auc_score(paying[test], sales[test]))
    return OutOfFold(total, np.array(aucs), np.array(sales_aucs))


def permuted_auc(sample: Sample, strength: float) -> Numbers:
    """Mean fold AUC for labels dealt out at random, once per permutation."""
    found = []
    for seed in range(FIRST_SEED, FIRST_SEED + PERMUTATIONS):
        labels = np.random.default_rng(seed).permutation(sample.defaulted)
        dealt = Sample(sample.rows, tuple(bool(label) for label in labels))
        aucs = []
        for train, test in _folds(dealt, seed):
            card = fit_card(dealt.part(train), strength)
            odds = [card.log_odds(dealt.rows[place]) for place in test]
            aucs.append(roc_auc_score(~labels[test], odds))
        found.append(np.mean(aucs))
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
        "fold_auc": _mean_and_spread(seen.fold_auc),
        "fold_auc_of_sales": _mean_and_spread(seen.fold_auc_of_sales),
        "ks": _with_interval(_ks, paying, seen.log_odds),
        "brier": _with_interval(_brier, paying, seen.log_odds),
        "brier_of_the_rate": round(PPM * float(np.mean(paying)) * (1 - float(np.mean(paying)))),
        "calibration_slope": _with_interval(partial(_calibration, 1), paying, seen.log_odds),
        "calibration_intercept": _with_interval(partial(_calibration, 0), paying, seen.log_odds),
        "all": _against_sales(paying, seen.log_odds, sales),
        "small": _against_sales(paying[small], seen.log_odds[small], sales[small]),
        "larger": _against_sales(paying[~small], seen.log_odds[~small], sales[~small]),
    }


def permutation_metrics(sample: Sample, strength: float) -> dict[str, int]:
    """Mean and spread of the AUC when the labels mean nothing."""
    return {"permutations": PERMUTATIONS, **_mean_and_spread(permuted_auc(sample, strength))}


def _folds(sample: Sample, seed: int) -> list[tuple[list[int], list[int]]]:
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return [
        (train.tolist(), test.tolist())
        for train, test in splitter.split(np.zeros(len(sample.rows)), sample.defaulted)
    ]


def _inner_loss(sample: Sample, strength: float, seed: int) -> float:
    found = np.zeros(len(sample.rows))
    for train, test in _folds(sample, seed):
        card = fit_card(sample.part(train), strength)
        found[test] = [card.log_odds(sample.rows[place]) for place in test]
    return float(log_loss(~np.array(sample.defaulted), 1 / (1 + np.exp(-found))))


def _against_sales(paying: Flags, log_odds: Numbers, sales: Numbers) -> dict[str, Any]:
    """AUC of the card, of sales alone, and of the one less the other on the same firms."""

    def gain(flags: Flags, both: Numbers) -> float:
        return _auc(flags, both[:, 0]) - _auc(flags, both[:, 1])

    return {
        "firms": len(paying),
        "defaults": int((~paying).sum()),
        "auc": _with_interval(_auc, paying, log_odds),
        "auc_of_sales": _with_interval(_auc, paying, sales),
        "gain": _with_interval(gain, paying, np.column_stack([log_odds, sales])),
    }


def _with_interval(statistic: Statistic, paying: Flags, values: Numbers) -> dict[str, int]:
    random = np.random.default_rng(FIRST_SEED)
    found = []
    while len(found) < BOOTSTRAPS:
        drawn = random.integers(0, len(paying), len(paying))
        if paying[drawn].any() and not paying[drawn].all():
            found.append(statistic(paying[drawn], values[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return {"value": _ppm(statistic(paying, values)), "low": _ppm(low), "high": _ppm(high)}


def _mean_and_spread(values: Numbers) -> dict[str, int]:
    return {"mean": _ppm(values.mean()), "standard_deviation": _ppm(values.std(ddof=1))}


def _auc(paying: Flags, values: Numbers) -> float:
    return float(roc_auc_score(paying, values))


def _ks(paying: Flags, values: Numbers) -> float:
    false, true, _ = roc_curve(paying, values)
    return float(np.max(true - false))


def _brier(paying: Flags, log_odds: Numbers) -> float:
    return float(brier_score_loss(paying, 1 / (1 + np.exp(-log_odds))))


def _calibration(part: int, paying: Flags, log_odds: Numbers) -> float:
    """Slope (part 1) or intercept (part 0) of the outcome on the predicted log-odds."""
    model = LogisticRegression(C=1e6).fit(log_odds.reshape(-1, 1), paying)
    return float(model.coef_[0][0] if part else model.intercept_[0])


def _ppm(value: Sequence[float] | float) -> int:
    return round(float(value) * PPM)  # type: ignore[arg-type]
