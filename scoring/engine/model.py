"""The scorecard as data: bins, points, probabilities; read from a file that is checked whole."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from scoring.engine.canonical import parse_canonical
from scoring.engine.features import FEATURES, Better

FORMAT = 1
LOWEST, HIGHEST = 300, 850
BANDS = ("A", "B", "C", "D", "E")
MODELS = Path(__file__).parent.parent / "model"
SHIPPED_PATH = MODELS / "scorecard-2.json"
SHIPPED_SHA256 = "0307d94bd0950d2bc71e4e49647d607482dd9c3eb10ee3caacf2d6cd10c9281b"
# Every scorecard of this release: a file that is not one of these was not shipped.
RELEASED_SHA256 = frozenset(
    {
        "33f64fe795bcfd7ddd2ac8b7b61fcea9bcc05495c4e0005314a242dbc6a4d4b8",
        SHIPPED_SHA256,
    }
)


class ModelError(ValueError):
    """The model file isn't one, was altered, or contradicts the engine."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One feature's bins: ``points[i]`` for values from ``cuts[i-1]`` to below ``cuts[i]``.

    ``typical`` is the average firm's points; ``missing`` those of a firm without the feature.
    """

    name: str
    cuts: tuple[int, ...]
    points: tuple[int, ...]
    missing: int
    typical: int

    def bin_of(self, value: int) -> int:
        """Index of the value's bin."""
        return bisect_right(self.cuts, value)

    def points_of(self, value: int | None) -> int:
        """Points of a value, or of its absence."""
        return self.missing if value is None else self.points[self.bin_of(value)]


@dataclass(frozen=True, slots=True)
class Replicate:
    """The same bins with the points of one bootstrap sample: what the interval comes from."""

    base: int
    points: tuple[tuple[int, ...], ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A scorecard: ``score = base + points of each feature``, always within 300 to 850."""

    version: str
    sha256: str
    base: int
    scales: tuple[Scale, ...]
    band_floors: tuple[int, ...]
    pd_ppm: tuple[int, ...]
    points_to_double_odds: int
    replicates: tuple[Replicate, ...]
    interval_ppm: int
    base_rate_ppm: int
    least_history: int
    least_sales_months: int
    training: Mapping[str, Any]

    @classmethod
    def load(cls, source: Path | bytes, *, sha256: str | None = None) -> Self:
        """Read and check a model file. Raises ModelError when a byte or a rule is off.

        With ``sha256`` (hex) the bytes must have that digest.
        """
        data = source if isinstance(source, bytes) else source.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if sha256 not in (None, digest):
            raise ModelError(f"model file has SHA-256 {digest}, expected {sha256}")
        try:
            model = cls(sha256=digest, **_fields(parse_canonical(data)))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"not a model file: {error}") from error
        _check(model)
        return model

    def points(self, features: Mapping[str, int | None]) -> dict[str, int]:
        """Points of each feature of the card, in its order."""
        return {scale.name: scale.points_of(features[scale.name]) for scale in self.scales}

    def band(self, score: int) -> str:
        """Band of a score: A, whose floor is highest, to E."""
        floors = zip(BANDS, self.band_floors, strict=True)
        return next(band for band, floor in floors if score >= floor)

    def pd(self, score: int) -> int:
        """Probability of default (parts per million) at a score, from the stored table."""
        return self.pd_ppm[min(max(score, LOWEST), HIGHEST) - LOWEST]

    def pd_interval(self, features: Mapping[str, int | None]) -> tuple[int, int]:
        """Lower and upper probability between which ``interval_ppm`` of the replicates lie."""
        places = [
            None if (value := features[scale.name]) is None else scale.bin_of(value)
            for scale in self.scales
        ]
        found = sorted(self.pd(_replicate_score(sample, places)) for sample in self.replicates)
        outside = len(found) * (1_000_000 - self.interval_ppm) // 2_000_000
        return found[outside], found[-1 - outside]


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model in this repository, its digest pinned here. Raises ModelError if it differs."""
    return Model.load(SHIPPED_PATH, sha256=SHIPPED_SHA256)


@lru_cache(maxsize=8)
def model_with(sha256: str) -> Model:
    """The model of this repository with that digest (hex). Raises ModelError if there is none."""
    for path in sorted(MODELS.glob("scorecard-*.json")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return Model.load(path, sha256=sha256)
    raise ModelError(f"no model here has SHA-256 {sha256}")


def _replicate_score(sample: Replicate, places: list[int | None]) -> int:
    rows = zip(sample.points, sample.missing, places, strict=True)
    return sample.base + sum(
        missing if place is None else points[place] for points, missing, place in rows
    )


def _fields(value: Mapping[str, Any]) -> dict[str, Any]:
    if value["v"] != FORMAT:
        raise ModelError(f"unknown model format: {value['v']!r}")
    return {
        "version": value["version"],
        "base": value["base"],
        "scales": tuple(_scale(**scale) for scale in value["scales"]),
        "band_floors": tuple(value["band_floors"]),
        "pd_ppm": tuple(value["pd_ppm"]),
        "points_to_double_odds": value["points_to_double_odds"],
        "replicates": tuple(_replicate(**sample) for sample in value["replicates"]),
        "interval_ppm": value["interval_ppm"],
        "base_rate_ppm": value["base_rate_ppm"],
        "least_history": value["least_history"],
        "least_sales_months": value["least_sales_months"],
        "training": value["training"],
    }


def _scale(name: str, cuts: list[int], points: list[int], missing: int, typical: int) -> Scale:
    return Scale(name, tuple(cuts), tuple(points), missing, typical)


def _replicate(base: int, points: list[list[int]], missing: list[int]) -> Replicate:
    return Replicate(base, tuple(tuple(row) for row in points), tuple(missing))


def _check(model: Model) -> None:
    """Raise ModelError where the file breaks a promise of the engine."""
    for scale in model.scales:
        _check_scale(scale)
    low, high = (
        model.base + sum(pick((*scale.points, scale.missing)) for scale in model.scales)
        for pick in (min, max)
    )
    promises = {
        "scores stay within 300 to 850": LOWEST <= low <= high <= HIGHEST,
        "a probability for each score": len(model.pd_ppm) == HIGHEST - LOWEST + 1,
        "a higher score is never riskier": _falls(model.pd_ppm),
        "five bands, best first": len(model.band_floors) == 5 and _falls(model.band_floors),
        "every score has a band": model.band_floors[-1] == LOWEST,
        "replicates use the same bins": all(_fits(model, one) for one in model.replicates),
        "there are replicates": bool(model.replicates),
    }
    broken = [promise for promise, kept in promises.items() if not kept]
    if broken:
        raise ModelError(f"the model breaks: {'; '.join(broken)}")


def _check_scale(scale: Scale) -> None:
    feature = FEATURES.get(scale.name)
    if feature is None:
        raise ModelError(f"unknown feature: {scale.name}")
    if any(later <= earlier for earlier, later in pairwise(scale.cuts)):
        raise ModelError(f"cuts out of order: {scale.name}")
    if len(scale.points) != len(scale.cuts) + 1:
        raise ModelError(f"bins and points don't match: {scale.name}")
    worst_first = scale.points if feature.better is Better.HIGHER else scale.points[::-1]
    if not _falls(worst_first[::-1]):
        raise ModelError(f"points go against the feature's direction: {scale.name}")


def _fits(model: Model, sample: Replicate) -> bool:
    bins = [len(scale.points) for scale in model.scales]
    return [len(row) for row in sample.points] == bins and len(sample.missing) == len(bins)


def _falls(values: tuple[int, ...]) -> bool:
    return all(type(value) is int for value in values) and all(
        later <= earlier for earlier, later in pairwise(values)
    )
