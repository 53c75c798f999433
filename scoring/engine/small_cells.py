"""Which classes of a table may be shown, so that nobody reads a handful of firms out of it.

A class of fewer than `LEAST` firms is hidden, and so is one with somebody, but fewer than `LEAST`,
on one side of an answer. What is hidden can be summed up by subtraction from the total: so there
are always two hidden classes at least, and their sum is held to the same rule. Where that can't be
had, the total is hidden.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final, Generic, NamedTuple, TypeVar

Class = TypeVar("Class", bound=Hashable)

LEAST: Final = 5
_95: Final = 1.959963984540054


class Answers(NamedTuple):
    """How many firms got the one answer and how many the other."""

    yes: int
    no: int

    @property
    def firms(self) -> int:
        return self.yes + self.no


@dataclass(frozen=True, slots=True)
class Shown(Generic[Class]):
    """What of a table may leave the house; ``total`` is None where it would give a class away."""

    classes: Mapping[Class, Answers]
    hidden: tuple[Class, ...]
    total: Answers | None


def shown(table: Mapping[Class, Answers]) -> Shown[Class]:
    """The classes that may be shown, by falling size; raises ValueError for a negative count."""
    if any(min(cell) < 0 for cell in table.values()):
        raise ValueError("counts can't be negative")
    by_size = sorted((of for of in table if table[of].firms), key=lambda of: -table[of].firms)
    total = _together(table[of] for of in by_size)
    hidden = [of for of in by_size if _is_small(table[of])]
    left = [of for of in by_size if of not in hidden]
    while hidden and left and not _is_safe([table[of] for of in hidden], total):
        hidden.append(left.pop())
    keeps = not _is_small(total) and (not hidden or _is_safe([table[of] for of in hidden], total))
    named = tuple(of for of in by_size if of in hidden)
    return Shown({of: table[of] for of in left}, named, total if keeps and by_size else None)


def wilson(cell: Answers) -> tuple[float, float]:
    """The 95 % interval of the share of ``yes`` (Wilson, 1927); 0 to 1 without firms."""
    if not cell.firms:
        return 0.0, 1.0
    firms, share, square = cell.firms, cell.yes / cell.firms, _95**2
    middle = share + square / (2 * firms)
    reach = _95 * sqrt(share * (1 - share) / firms + square / (4 * firms**2))
    low, high = ((middle + sign * reach) / (1 + square / firms) for sign in (-1, 1))
    return max(low, 0.0), min(high, 1.0)


def _is_small(cell: Answers) -> bool:
    return cell.firms < LEAST or any(0 < count < LEAST for count in cell)


def _is_safe(hidden: list[Answers], total: Answers) -> bool:
    """One small class alone never is; one side of the sum is empty only where all of it is."""
    cell = _together(hidden)
    bare = any(one == 0 < of_all for one, of_all in zip(cell, total, strict=True))
    return not bare and not _is_small(cell)


def _together(cells: Iterable[Answers]) -> Answers:
    yes, no = 0, 0
    for cell in cells:
        yes, no = yes + cell.yes, no + cell.no
    return Answers(yes, no)
