"""From a fitted card to whole points, probabilities by score, bands, and bootstrap replicates."""

from collections.abc import Mapping, Sequence
from math import exp, log
from typing import Any

import numpy as np

from scoring.engine.model import HIGHEST, LOWEST
from scoring.training.binning import Bins
from scoring.training.fit import Card, Sample, refit_card

ANCHOR = 600
POINTS_TO_DOUBLE = (50, 45, 40, 35, 30, 25, 20)
BASE_RATE_PPM = 30_000
BAND_PD_PPM = (5_000, 15_000, 40_000, 100_000)
REPLICATES = 200
BOOTSTRAP_SEED = 20_200_229
INTERVAL_PPM = 900_000
PPM = 1_000_000


def scaled(card: Card, sample: Sample) -> dict[str, Any]:
    """The part of a model file that scores: bins, points, probabilities, bands, replicates.

    A score of ANCHOR means the portfolio's base rate; odds double every so many points, the most
    for which each reachable score stays within 300 to 850.
    """
    double = next(step for step in POINTS_TO_DOUBLE if _fits(_base_and_scales(card, sample, step)))
    base, scales = _base_and_scales(card, sample, double)
    table = [_pd_ppm(score, double) for score in range(LOWEST, HIGHEST + 1)]
    return {
        "base": base,
        "scales": scales,
        "points_to_double_odds": double,
        "pd_ppm": table,
        "band_floors": [_floor(table, limit) for limit in BAND_PD_PPM] + [LOWEST],
        "replicates": replicates(card, sample, double),
        "interval_ppm": INTERVAL_PPM,
        "base_rate_ppm": BASE_RATE_PPM,
    }


def replicates(card: Card, sample: Sample, double: int) -> list[dict[str, Any]]:
    """Points on the same bins, refitted on firms drawn again: defaulting and paying ones apart."""
    random = np.random.default_rng(BOOTSTRAP_SEED)
    bad = np.flatnonzero(sample.defaulted)
    good = np.flatnonzero(~np.array(sample.defaulted))
    found = []
    for _ in range(REPLICATES):
        drawn = [*random.choice(bad, len(bad)), *random.choice(good, len(good))]
        part = sample.part([int(place) for place in drawn])
        base, scales = _base_and_scales(refit_card(card, part), part, double)
        points = [scale["points"] for scale in scales]
        found.append({"base": base, "points": points, "missing": [0] * len(points)})
    return found


def _base_and_scales(card: Card, sample: Sample, double: int) -> tuple[int, list[dict[str, Any]]]:
    """Base points and scales; the sample's default rate is replaced by the portfolio's."""
    factor = double / log(2)
    paying = 1 - sum(sample.defaulted) / len(sample.defaulted)
    base = round(ANCHOR + factor * (card.intercept - log(paying / (1 - paying))))
    return base, [
        _scale(name, factor * slope, card.bins[name]) for name, slope in card.slopes.items()
    ]


def _scale(name: str, factor: float, bins: Bins) -> dict[str, Any]:
    points = [round(factor * weight) for weight in bins.weights]
    typical = round(sum(share * each for share, each in zip(bins.shares, points, strict=True)))
    cuts = list(bins.cuts)
    return {"name": name, "cuts": cuts, "points": points, "missing": 0, "typical": typical}


def _fits(card: tuple[int, Sequence[Mapping[str, Any]]]) -> bool:
    base, scales = card
    low, high = (base + sum(pick(0, *scale["points"]) for scale in scales) for pick in (min, max))
    return bool(low >= LOWEST and high <= HIGHEST)


def _pd_ppm(score: int, double: int) -> int:
    odds = (PPM / BASE_RATE_PPM - 1) * exp((score - ANCHOR) * log(2) / double)
    return round(PPM / (1 + odds))


def _floor(table: Sequence[int], limit: int) -> int:
    """The lowest score whose probability is within the limit."""
    return LOWEST + next(place for place, pd in enumerate(table) if pd <= limit)
