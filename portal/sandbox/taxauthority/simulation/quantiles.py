"""Drawing figures from the published quantiles of real firms."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

CALIBRATION = Path(__file__).resolve().parent.parent / "calibration.json"
_TAIL_INDEX = 1.6  # Pareto: invoice and revenue figures above p95 fall off like this
_TAIL_CAP = 12.0
_NORMAL = NormalDist()


@cache
def calibration() -> Mapping[str, Any]:
    """The committed figures, as written by the scoring side's training run."""
    found: Mapping[str, Any] = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return found


def firm_figure(name: str, u: float) -> float:
    """The figure of the firm that stands at ``u`` (0 to 1) among real firms."""
    return at_quantile(calibration()["firms"][name], u)


def at_quantile(points: Mapping[str, int], u: float) -> float:
    """Interpolate between published quantiles (``{"p5": …, "p50": …}``), in logarithms.

    Below the lowest the lowest holds; above the highest follows a Pareto tail, cut at twelve
    times the highest.
    """
    known = sorted((int(name[1:]) / 100, float(value)) for name, value in points.items())
    if u <= known[0][0]:
        return known[0][1]
    for (left, low), (right, high) in pairwise(known):
        if u <= right:
            return _between(low, high, (u - left) / (right - left))
    last, top = known[-1]
    stretch: float = ((1 - last) / max(1 - u, 1e-9)) ** (1 / _TAIL_INDEX)
    return top * min(stretch, _TAIL_CAP)


def _between(low: float, high: float, share: float) -> float:
    if low <= 0 or high <= 0:
        return low + (high - low) * share
    return math.exp(math.log(low) + (math.log(high) - math.log(low)) * share)


def related(common: float, own: float, *, weight: float) -> float:
    """A rank (0 to 1) that follows ``common`` (standard normal) by ``weight``, else ``own``."""
    return _NORMAL.cdf(weight * common + math.sqrt(1 - weight**2) * own)
