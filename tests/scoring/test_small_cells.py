"""Small classes of a table are hidden, and can't be worked out from what is shown."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.small_cells import LEAST, Answers, shown, wilson

CELLS = st.builds(Answers, st.integers(0, 14), st.integers(0, 14))
TABLES = st.lists(CELLS, min_size=1, max_size=7).map(lambda cells: dict(enumerate(cells)))


@settings(max_examples=600, deadline=None)
@given(TABLES)
def test_no_shown_figure_is_a_handful(table: dict[int, Answers]) -> None:
    found = shown(table)
    cells = [*found.classes.values(), *([found.total] if found.total else [])]

    assert all(cell.firms >= LEAST for cell in cells)
    assert not any(0 < count < LEAST for cell in cells for count in cell)
    assert {of for of, cell in table.items() if cell.firms} == {*found.classes, *found.hidden}


@settings(max_examples=600, deadline=None)
@given(TABLES)
def test_what_is_hidden_has_more_than_one_answer(table: dict[int, Answers]) -> None:
    found = shown(table)
    if found.total is None or not found.hidden:
        return
    left = [
        total - sum(cell[side] for cell in found.classes.values())
        for side, total in enumerate(found.total)
    ]

    for side, number in enumerate(left):
        assert number >= LEAST or found.total[side] == 0
    assert sum(left) >= LEAST
    for place in range(len(found.hidden)):
        assert len(possible(left, len(found.hidden), place)) > 1


def possible(left: list[int], classes: int, place: int) -> set[int]:
    """Sizes that the hidden class at ``place`` may have: each hidden class has somebody in it."""
    sizes = set()
    for yes, no in product(range(left[0] + 1), range(left[1] + 1)):
        others = sum(left) - yes - no
        if yes + no > 0 and others >= classes - 1:
            sizes.add(yes + no)
    assert place < classes
    return sizes


def test_one_small_class_takes_the_next_along() -> None:
    found = shown({"a": Answers(40, 20), "b": Answers(8, 9), "c": Answers(1, 2)})

    assert (set(found.classes), set(found.hidden)) == ({"a"}, {"b", "c"})
    assert found.total == Answers(49, 31)


def test_a_class_of_which_all_are_declined_is_shown() -> None:
    found = shown({"a": Answers(40, 20), "b": Answers(0, 30)})

    assert found.classes["b"] == Answers(0, 30)


def test_alone_a_small_class_hides_the_total() -> None:
    assert shown({"a": Answers(3, 1)}).total is None
    assert shown({}).total is None


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(Answers(8, 2))

    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=0.0001)
    assert wilson(Answers(0, 0)) == (0.0, 1.0)


def test_a_count_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        shown({"a": Answers(-1, 3)})
