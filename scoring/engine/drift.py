"""Whether today's firms are still like those the model was set up for: population stability index.

The index compares how firms spread over classes (a feature's bins, steps of the score) in a month
with a reference: the sum of (now - before) * ln(now / before) over the classes' shares. The trade
calls 0.10 worth a look and 0.25 a shift. Few firms alone make it large: between two samples of one
population it is about (1/n + 1/m) times a chi-square variable with one degree of freedom less than
there are classes (Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020). So a month
is flagged only when the index is past the trade's limit *and* past what chance does.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt
from statistics import NormalDist
from typing import Final, Generic, TypeVar

Class = TypeVar("Class", bound=Hashable)
Counts = Mapping[Class, int]

LOOK: Final = 0.10
SHIFT: Final = 0.25
LEAST_FIRMS: Final = 50
# How often all the looks at a month together may raise a false alarm. Every month is compared with
# the same reference: one that came out unusual raises several.
FALSE_ALARMS: Final = 0.0002
# Added to each class, so that one that is empty on one side has a finite term.
_HALF: Final = 0.5


class Level(StrEnum):
    """What is said of a month."""

    TOO_FEW = "too_few"
    STABLE = "stable"
    LOOK = "look"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Moved(Generic[Class]):
    """One class: the shares of firms in it, 0 to 1, and its part of the index."""

    of: Class
    before: float
    now: float
    part: float


@dataclass(frozen=True, slots=True)
class Drift(Generic[Class]):
    """The index of one month, what chance alone reaches, and the classes by their part in it."""

    index: float
    chance: float
    level: Level
    firms: int
    moved: tuple[Moved[Class], ...]


def drift(reference: Counts[Class], month: Counts[Class], *, looks: int = 1) -> Drift[Class]:
    """Compare a month's counts with the reference's.

    ``looks`` is how many comparisons are made of this month: the more, the more chance does.
    Fewer than ``LEAST_FIRMS`` on either side are not judged. Raises ValueError for a negative
    count and for less than one look.
    """
    if looks < 1 or any(count < 0 for count in (*reference.values(), *month.values())):
        raise ValueError("counts and looks can't be negative")
    firms, others = sum(month.values()), sum(reference.values())
    if min(firms, others) < LEAST_FIRMS:
        return Drift(index=0.0, chance=0.0, level=Level.TOO_FEW, firms=firms, moved=())
    moved = _moved(reference, month)
    index = sum(one.part for one in moved)
    chance = _chi_square(len(moved) - 1, FALSE_ALARMS / looks) * (1 / firms + 1 / others)
    ranked = tuple(sorted(moved, key=lambda one: -one.part))
    return Drift(index=index, chance=chance, level=_level(index, chance), firms=firms, moved=ranked)


def _moved(reference: Counts[Class], month: Counts[Class]) -> list[Moved[Class]]:
    """Classes that somebody is in, on one side at least."""
    classes = [
        one for one in {**reference, **month} if reference.get(one, 0) + month.get(one, 0) > 0
    ]
    found = []
    for one in classes:
        before, now = (
            (counts.get(one, 0) + _HALF) / (sum(counts.values()) + _HALF * len(classes))
            for counts in (reference, month)
        )
        found.append(Moved(one, before, now, (now - before) * log(now / before)))
    return found


def _level(index: float, chance: float) -> Level:
    if index <= chance or index < LOOK:
        return Level.STABLE
    return Level.LOOK if index < SHIFT else Level.SHIFT


def _chi_square(freedom: int, above: float) -> float:
    """The value that is exceeded with probability ``above`` (Wilson and Hilferty, 1931).

    For one to ten degrees of freedom and small probabilities at most 4 % too large.
    """
    if freedom < 1:
        return 0.0
    part = 2 / (9 * freedom)
    deviation = NormalDist().inv_cdf(1 - above)
    return float(freedom * (1 - part + deviation * sqrt(part)) ** 3)
