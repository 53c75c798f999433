"""Comparing two sets of terms, by what must hold of any two."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from portal.consents.changes import Scope
from portal.consents.comparing import Compared, compared
from portal.consents.purposes import Category
from portal.core.months import Month, months_between

FIRST = Month(2024, 1)
COUNTS = st.integers(1, 5)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    first = FIRST + draw(st.integers(0, 6))
    return Scope(
        categories=tuple(draw(st.lists(st.sampled_from(list(Category)), min_size=1, unique=True))),
        months=(first, first + draw(st.integers(0, 6))),
        days=draw(COUNTS),
        max_uses=draw(COUNTS),
        storage_days=draw(COUNTS),
    )


@given(scopes(), scopes())
def test_swapping_the_two_swaps_all_that_is_said(old: Scope, new: Scope) -> None:
    there, back = compared(old, new), compared(new, old)
    assert tuple(map(_turned, back.changed)) == there.changed
    assert tuple(map(_turned, back.unchanged)) == there.unchanged


@given(scopes())
def test_the_same_terms_change_nothing_in_whatever_order(scope: Scope) -> None:
    turned = replace(scope, categories=scope.categories[::-1])
    assert compared(scope, turned).changed == ()


@given(scopes(), scopes())
def test_each_part_is_told_once_and_what_is_added_makes_the_new(old: Scope, new: Scope) -> None:
    found = compared(old, new)
    parts = {part.part: part for part in (*found.changed, *found.unchanged)}
    assert len(found.changed) + len(found.unchanged) == len(parts)
    assert set(parts) == {field.name for field in fields(Scope)}
    for name, before, after in (
        ("categories", set(old.categories), set(new.categories)),
        ("months", set(months_between(*old.months)), set(months_between(*new.months))),
    ):
        part = parts[name]
        assert (before - set(part.removed)) | set(part.added) == after
        assert not before & set(part.added)
        assert not after & set(part.removed)


def _turned(part: Compared) -> Compared:
    return Compared(part.part, part.new, part.old, added=part.removed, removed=part.added)
