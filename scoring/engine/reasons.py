"""Why a score is what it is: the features that cost most, and those that bring most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scoring.engine.features import FEATURES, Better
from scoring.engine.model import Model, Scale

MOST = 4
Effect = Literal["raises", "lowers"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's effect on the score, with the firm's figure and a figure to set it against.

    Lowers: ``points`` are lost against the best bin, which begins at ``compared_with``.
    Raises: ``points`` are gained over the worst bin; fewer are given beyond ``compared_with``.
    """

    code: str
    feature: str
    direction: Effect
    rank: int
    points: int
    figure: int
    unit: str
    compared_with: int


def reasons_for(model: Model, features: Mapping[str, int | None]) -> tuple[Reason, ...]:
    """At most four lowering and four raising reasons, each kind by points, most first.

    A feature below the typical firm's points lowers, any other one raises; so none does both.
    Features without a value give no reason.
    """
    lowers, raises = [], []
    for scale in model.scales:
        figure = features[scale.name]
        if figure is None:
            continue
        if scale.points_of(figure) < scale.typical:
            lowers.append((max(scale.points) - scale.points_of(figure), scale, figure))
        elif scale.points_of(figure) > min(scale.points):
            raises.append((scale.points_of(figure) - min(scale.points), scale, figure))
    return (*_ranked("lowers", lowers), *_ranked("raises", raises))


def _ranked(effect: Effect, found: list[tuple[int, Scale, int]]) -> list[Reason]:
    found.sort(key=lambda item: (-item[0], item[1].name))
    return [
        Reason(
            code=f"{scale.name}_{effect}",
            feature=scale.name,
            direction=effect,
            rank=rank,
            points=points,
            figure=figure,
            unit=FEATURES[scale.name].unit.value,
            compared_with=_best_edge(scale) if effect == "lowers" else _kept_edge(scale, figure),
        )
        for rank, (points, scale, figure) in enumerate(found[:MOST], start=1)
    ]


def _best_edge(scale: Scale) -> int:
    """The cut beyond which a firm has the most points the feature gives."""
    if FEATURES[scale.name].better is Better.HIGHER:
        return scale.cuts[scale.points.index(max(scale.points)) - 1]
    return scale.cuts[_last_index(scale.points, max(scale.points))]


def _kept_edge(scale: Scale, figure: int) -> int:
    """The cut that keeps the firm from fewer points."""
    points = scale.points_of(figure)
    if FEATURES[scale.name].better is Better.HIGHER:
        return scale.cuts[scale.points.index(points) - 1]
    return scale.cuts[_last_index(scale.points, points)]


def _last_index(points: tuple[int, ...], value: int) -> int:
    return len(points) - 1 - points[::-1].index(value)
