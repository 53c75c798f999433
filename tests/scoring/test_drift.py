"""The stability index: what moved is flagged, what chance does is not."""

from __future__ import annotations

from collections import Counter
from math import log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.drift import LEAST_FIRMS, Level, drift

COUNTS = st.dictionaries(st.integers(-100, 100), st.integers(0, 500), max_size=8)
# How firms spread over the classes of the score and ten features.
SHAPES: dict[str, list[float]] = {
    "score": [0.02, 0.04, 0.09, 0.15, 0.2, 0.2, 0.15, 0.1, 0.05],
    **{
        f"feature {number}": shape
        for number, shape in enumerate(
            [
                [0.7, 0.2, 0.1],
                [0.1, 0.1, 0.2, 0.6],
                [0.05, 0.15, 0.8],
                [0.3, 0.4, 0.3],
                [0.2, 0.2, 0.2, 0.2, 0.2],
                [0.85, 0.15],
                [0.8, 0.2],
                [0.2, 0.6, 0.2],
                [0.3, 0.3, 0.4],
                [0.25, 0.5, 0.25],
            ]
        )
    },
}


def drawn(random: Random, shape: list[float], firms: int) -> Counter[int]:
    return Counter(random.choices(range(len(shape)), shape, k=firms))


def test_the_index_is_the_sum_over_the_classes() -> None:
    found = drift({1: 1000, 2: 1000}, {1: 1500, 2: 500})

    assert found.index == pytest.approx(0.25 * log(1.5) - 0.25 * log(0.5), rel=0.01)
    assert (found.level, found.firms) == (Level.SHIFT, 2000)


def test_the_class_that_moved_most_comes_first() -> None:
    found = drift({1: 500, 2: 300, 3: 200}, {1: 480, 2: 120, 3: 400})

    first = found.moved[0]
    assert [one.of for one in found.moved] == [2, 3, 1]
    assert (round(first.before, 2), round(first.now, 2)) == (0.30, 0.12)


def test_a_class_nobody_was_in_before_is_counted() -> None:
    found = drift({1: 300}, {1: 200, 9: 100})

    assert found.level == Level.SHIFT
    assert {one.of for one in found.moved} == {1, 9}


@pytest.mark.parametrize("few", [0, LEAST_FIRMS - 1])
def test_few_firms_are_not_judged(few: int) -> None:
    many = {1: 100, 2: 900}

    assert drift(many, {1: few}).level == Level.TOO_FEW
    assert drift({1: few}, many).level == Level.TOO_FEW


def test_what_chance_does_to_few_firms_is_no_shift() -> None:
    found = drift({1: 30, 2: 30, 3: 30, 4: 30}, {1: 5, 2: 17, 3: 19, 4: 19})

    assert found.index > 0.10
    assert (found.level, found.index < found.chance) == (Level.STABLE, True)


def test_a_negative_count_or_no_look_is_refused() -> None:
    for reference, looks in (({1: -1}, 1), ({1: 1}, 0)):
        with pytest.raises(ValueError, match="negative"):
            drift(reference, {}, looks=looks)


@given(COUNTS, COUNTS)
def test_the_index_is_never_negative_and_alike_both_ways(
    one: dict[int, int], other: dict[int, int]
) -> None:
    there, back = drift(one, other), drift(other, one)

    assert there.index >= 0
    assert there.index == pytest.approx(back.index)
    assert sum(part.now for part in there.moved) == pytest.approx(1 if there.moved else 0)


@given(COUNTS)
def test_the_same_firms_are_stable(counts: dict[int, int]) -> None:
    assert drift(counts, counts).level in {Level.STABLE, Level.TOO_FEW}


@pytest.mark.parametrize("firms", [50, 150, 1000])
def test_of_sixty_stable_models_hardly_one_is_flagged_in_six_months(firms: int) -> None:
    """An unusual reference flags several months, so models are counted; measured: 1 in 200."""
    random, flagged = Random(firms), 0
    for _ in range(60):
        before = {name: drawn(random, shape, 200) for name, shape in SHAPES.items()}
        flagged += any(
            drift(before[name], drawn(random, shape, firms), looks=len(SHAPES)).level
            in {Level.LOOK, Level.SHIFT}
            for _month in range(6)
            for name, shape in SHAPES.items()
        )

    assert flagged <= 3


@pytest.mark.parametrize("part", SHAPES)
def test_a_part_that_moves_is_flagged_and_no_other(part: str) -> None:
    random = Random(part)
    before = {name: drawn(random, shape, 400) for name, shape in SHAPES.items()}
    moved = {**SHAPES, part: _shifted(SHAPES[part])}

    flagged = {
        name
        for name, now in moved.items()
        if drift(before[name], drawn(random, now, 400), looks=len(moved)).level
        in {Level.LOOK, Level.SHIFT}
    }

    assert flagged == {part}


def _shifted(shape: list[float]) -> list[float]:
    """Three in ten firms go to the class that had fewest."""
    fewest = shape.index(min(shape))
    return [0.7 * share + 0.3 * (place == fewest) for place, share in enumerate(shape)]
