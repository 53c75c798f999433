"""Part 4 of ``bench/scoring.py``: our batch scorer beside optbinning's, bins and points equal."""

from __future__ import annotations

from math import ceil
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression

from scoring.engine.model import Scale
from scoring.training.batch import scores_of

LEAST_SPEED, ROUNDS, FITTED_ON, FEATURES = 3.0, 5, 5_000, 10


def measure(vectors: int) -> bool:
    """True when ours is fast enough and every score is the same."""
    random = np.random.default_rng(4)
    card = _fitted(_frame(random, FITTED_ON))
    base, scales = _scales_of(card)
    frame = _frame(random, vectors).drop(columns="default")
    columns = {name: frame[name].to_numpy() for name in frame}
    theirs, ours = [], []
    for _ in range(ROUNDS):
        start = perf_counter()
        expected = card.score(frame)
        theirs.append(perf_counter() - start)
        start = perf_counter()
        found = scores_of(scales, base, columns)
        ours.append(perf_counter() - start)
    is_same = bool((found == np.rint(expected).astype(np.int64)).all())
    speed = median(theirs) / median(ours)
    print(
        f"{vectors:,} vectors of {len(scales)} features: ours {median(ours):.2f} s, optbinning "
        f"{median(theirs):.2f} s: {speed:.1f} x (at least {LEAST_SPEED} x), "
        f"{'equal points' if is_same else 'POINTS DIFFER'}"
    )
    return is_same and speed >= LEAST_SPEED


def _frame(random: np.random.Generator, firms: int) -> Any:
    """Made-up firms whose default depends a little on each figure."""
    figures = random.integers(0, 1_000_000, (firms, FEATURES))
    risk = 1 / (1 + np.exp(figures.mean(axis=1) / 60_000 - 7))
    frame = pd.DataFrame(figures, columns=[f"f{place}" for place in range(FEATURES)])
    return frame.assign(default=(random.random(firms) < risk).astype(int))


def _fitted(frame: Any) -> Any:
    names = [name for name in frame if name != "default"]
    card = Scorecard(
        binning_process=BinningProcess(names, max_n_bins=5),
        estimator=LogisticRegression(),
        scaling_method="min_max",
        scaling_method_params={"min": 300, "max": 850},
        rounding=True,
    )
    card.fit(frame[names], frame["default"])
    return card


def _scales_of(card: Any) -> tuple[int, list[Scale]]:
    """The same bins and points as scales of ours."""
    table = card.table(style="detailed")
    scales = []
    for name, rows in table.groupby("Variable", sort=False):
        splits = card.binning_process_.get_binned_variable(name).splits
        points = tuple(int(value) for value in np.rint(rows["Points"])[: len(splits) + 1])
        scales.append(Scale(name, tuple(ceil(split) for split in splits), points, 0, 0))
    return round(card.intercept_), scales
