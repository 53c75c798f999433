"""Computing a score again, as far down as its inputs are still kept, and comparing all of it.

From the records: everything. From the kept figures, when the records can't be read any more:
everything but the digest of the records, which the commitment vouches for. From what was
published, when the figures are erased too: the points, the model and the reasons must still agree
with each other, and the commitment with the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from scoring.engine.assess import Assessment, NotEnoughData, assessment_of
from scoring.engine.model import Model, Scale
from scoring.kept_features import KeptFeatures
from scoring.models import Figures, MonthlySales, ReplayExtent, Score
from scoring.reading import Read
from scoring.stored import columns_of, figures_of

# What depends on where inside its bin a figure lies: gone with the vector.
_NEEDS_FIGURES = frozenset({"recourse"})


@dataclass(frozen=True, slots=True)
class Replayed:
    """Which numbers were compared, and which of them came out otherwise.

    ``records_refused`` is the gate's code where the records were not read.
    """

    extent: ReplayExtent
    compared: tuple[str, ...]
    differing: tuple[str, ...]
    records_refused: str = ""

    @property
    def outcome(self) -> str:
        """``every_number_equal``, ``numbers_differ`` or ``nothing_to_compare``."""
        if self.differing:
            return "numbers_differ"
        return "every_number_equal" if self.compared else "nothing_to_compare"


def from_records(score: Score, read: Read, kept: KeptFeatures | None, model: Model) -> Replayed:
    """Everything from the records on, the kept figures included."""
    answer = read.assess(model)
    expected = {
        **_of_model(model),
        **columns_of(answer),
        "as_of_month": read.as_of.first,
        "input_digest": getattr(answer, "input_digest", read.digest),
    }
    again = getattr(answer, "features", None)
    agrees = {} if kept is None else {"features": kept.features == again, **_promise(score, kept)}
    months = MonthlySales.objects.filter(score=score).first()
    if months is not None:
        agrees["sales_bands"] = months.bands == read.sales_bands()
    return _compared(
        ReplayExtent.RECORDS, score, expected, {**agrees, **_same_figures(score, answer)}
    )


def from_features(score: Score, kept: KeptFeatures, model: Model) -> Replayed:
    """Everything from the kept figures on."""
    answer = assessment_of(kept.features, input_digest=kept.input_digest, model=model)
    expected = {**_of_model(model), **columns_of(answer), "input_digest": kept.input_digest}
    agrees = {**_promise(score, kept), **_same_figures(score, answer)}
    return _compared(ReplayExtent.FEATURES, score, expected, agrees)


def from_published(score: Score, model: Model) -> Replayed:
    """What points and reasons still say about each other, and about score and probabilities."""
    if not score.points:
        return Replayed(ReplayExtent.COMMITMENT, (), ())
    candidates = _candidates(score, model)
    if candidates is None:
        return Replayed(ReplayExtent.COMMITMENT, ("points",), ("points",))
    found = [_from_candidate(score, features, model) for features in candidates]
    return min(found, key=lambda one: len(one.differing))


def _from_candidate(score: Score, features: Mapping[str, int | None], model: Model) -> Replayed:
    answer = assessment_of(features, input_digest="", model=model)
    found = {**_of_model(model), **columns_of(answer)}
    expected = {name: value for name, value in found.items() if name not in _NEEDS_FIGURES}
    return _compared(ReplayExtent.COMMITMENT, score, expected, {})


def _of_model(model: Model) -> dict[str, Any]:
    return {"model_version": model.version, "model_sha256": model.sha256}


def _same_figures(score: Score, answer: Assessment | NotEnoughData) -> dict[str, bool]:
    """Whether the figures that the page shows are those behind the score, while there are any."""
    kept = Figures.objects.filter(score=score).first()
    return {} if kept is None else {"figures": kept.figures == figures_of(answer)}


def _promise(score: Score, kept: KeptFeatures) -> dict[str, bool]:
    return {"commitment": kept.commitment == score.commitment}


def _compared(
    extent: ReplayExtent, score: Score, expected: Mapping[str, Any], agrees: Mapping[str, bool]
) -> Replayed:
    same = {name: getattr(score, name) == value for name, value in expected.items()}
    same.update(agrees)
    return Replayed(extent, tuple(same), tuple(name for name, holds in same.items() if not holds))


def _candidates(score: Score, model: Model) -> list[dict[str, int | None]] | None:
    """Feature vectors that earn the published points, one of each combination of bins.

    Usually one: a second bin, or no figure at all, may bring the same points, and only the
    interval tells them apart. None for points that nothing brings, or of other features.
    """
    points = {name: value for name, value in score.points.items() if name != "base"}
    if set(points) != {scale.name for scale in model.scales}:
        return None
    found = [_figures_for(scale, points[scale.name]) for scale in model.scales]
    names = [scale.name for scale in model.scales]
    return [dict(zip(names, figures, strict=True)) for figures in product(*found)] or None


def _figures_for(scale: Scale, points: int) -> list[int | None]:
    """One figure of each bin that brings the points, and None where a lack of it does."""
    firsts = [scale.cuts[0] - 1, *scale.cuts]
    found: list[int | None] = [
        first for first, each in zip(firsts, scale.points, strict=True) if each == points
    ]
    return [*found, None] if points == scale.missing else found
