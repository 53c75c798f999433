"""What a firm could change to reach the next band: the smallest such change, or none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from scoring.engine.features import FEATURES, PPM, Better
from scoring.engine.model import BANDS, Model, Scale

# What the coming months can bring: whom a firm deals with, how it invoices, how evenly it sells.
# Size, activity and months that have passed are not its to change.
ACTIONABLE = frozenset(
    {
        "sales_volatility",
        "void_share",
        "red_share",
        "purchases_to_sales",
        "buyers",
        "suppliers",
        "top_buyer_share",
        "top_supplier_share",
        "returning_buyers_share",
    }
)
MOST_TIMES = 2  # a figure at most doubles or halves
FEW = 5  # or grows by this much, where it is small


@dataclass(frozen=True, slots=True)
class Change:
    """One figure to move: up to ``edge`` where higher is better, else below it."""

    feature: str
    figure: int
    edge: int
    unit: str
    points: int

    @property
    def target(self) -> int:
        """The nearest figure that earns the points."""
        return self.edge if FEATURES[self.feature].better is Better.HIGHER else self.edge - 1

    @property
    def effort(self) -> int:
        """How far the figure has to move, in parts per million of itself."""
        return abs(self.target - self.figure) * PPM // max(self.figure, 1)


@dataclass(frozen=True, slots=True)
class Recourse:
    """The change, and score and band with it if all else stays.

    ``code`` is ``possible``, or says why there is none: ``best_band``, or ``out_of_reach`` where
    all feasible changes together bring ``reachable`` of the ``needed`` points.
    """

    code: str
    needed: int
    reachable: int
    changes: tuple[Change, ...] = ()
    score: int | None = None
    band: str = ""


def recourse_for(model: Model, features: Mapping[str, int | None]) -> Recourse:
    """The feasible change of fewest figures, then of least effort, that raises the band."""
    score = model.base + sum(model.points(features).values())
    place = BANDS.index(model.band(score))
    if place == 0:
        return Recourse("best_band", 0, 0)
    needed = model.band_floors[place - 1] - score
    steps = {scale.name: _steps(scale, features[scale.name]) for scale in model.scales}
    steps = {name: found for name, found in steps.items() if found}
    reachable = sum(max(step.points for step in found) for found in steps.values())
    chosen = _smallest(steps, needed)
    if chosen is None:
        return Recourse("out_of_reach", needed, reachable)
    after = score + sum(step.points for step in chosen)
    return Recourse("possible", needed, reachable, chosen, after, model.band(after))


def is_feasible(name: str, figure: int, target: int) -> bool:
    """Whether a firm could bring a figure there within the coming months."""
    if name not in ACTIONABLE:
        return False
    if FEATURES[name].better is Better.HIGHER:
        return figure <= target <= max(figure * MOST_TIMES, figure + FEW)
    return figure >= target >= figure // MOST_TIMES


def _steps(scale: Scale, figure: int | None) -> list[Change]:
    """The feasible moves of one figure into better bins."""
    if figure is None:
        return []
    unit = FEATURES[scale.name].unit.value
    now = scale.points_of(figure)
    moves = [Change(scale.name, figure, edge, unit, 0) for edge in scale.cuts]
    return [
        Change(scale.name, figure, move.edge, unit, gained)
        for move in moves
        if is_feasible(scale.name, figure, move.target)
        and (gained := scale.points_of(move.target) - now) > 0
    ]


def _smallest(steps: Mapping[str, list[Change]], needed: int) -> tuple[Change, ...] | None:
    for count in range(1, len(steps) + 1):
        enough = [found for found in _choices(steps, count) if _points(found) >= needed]
        if enough:
            return min(enough, key=_order)
    return None


def _choices(steps: Mapping[str, list[Change]], count: int) -> Iterator[tuple[Change, ...]]:
    for names in combinations(steps, count):
        yield from product(*(steps[name] for name in names))


def _points(changes: tuple[Change, ...]) -> int:
    return sum(change.points for change in changes)


def _order(changes: tuple[Change, ...]) -> tuple[int, int, tuple[str, ...]]:
    """Least effort first; then more points, then by name, so that the answer is always the same."""
    effort = sum(change.effort for change in changes)
    return effort, -_points(changes), tuple(change.feature for change in changes)
