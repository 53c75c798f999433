"""The proposed change raises the band, and no smaller feasible one does."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.features import FEATURES, PPM, Better
from scoring.engine.model import BANDS, shipped_model
from scoring.engine.recourse import ACTIONABLE, Recourse, is_feasible, recourse_for
from tests.scoring.made_up import unhurried

MODEL = shipped_model()
SCALES = {scale.name: scale for scale in MODEL.scales}
MOVABLE = sorted(ACTIONABLE & SCALES.keys())
# Figures on both sides of every cut, and far from all.
near_cuts = {
    name: st.one_of(
        st.none(),
        st.integers(0, 4 * scale.cuts[-1]),
        st.sampled_from([cut + step for cut in scale.cuts for step in (-1, 0, 1)]),
    )
    for name, scale in SCALES.items()
}
firms = st.fixed_dictionaries(
    {name: near_cuts.get(name, st.integers(0, 10**6)) for name in FEATURES}
)


def score_of(features: dict[str, int | None]) -> int:
    return MODEL.base + sum(MODEL.points(features).values())


def changed(features: dict[str, int | None], found: Recourse) -> dict[str, int | None]:
    return features | {change.feature: change.target for change in found.changes}


def is_better(one: str, other: str) -> bool:
    return BANDS.index(one) < BANDS.index(other)


def effort(features: dict[str, int | None], others: dict[str, int]) -> int:
    """As defined: how far figures move, in parts of themselves."""
    return sum(
        abs(target - (features[name] or 0)) * PPM // max(features[name] or 0, 1)
        for name, target in others.items()
    )


@unhurried
@given(firms)
def test_applying_it_raises_the_band_as_said(features: dict[str, int | None]) -> None:
    found = recourse_for(MODEL, features)
    if found.code != "possible":
        return
    after = score_of(changed(features, found))
    assert after == found.score
    assert MODEL.band(after) == found.band
    assert is_better(found.band, MODEL.band(score_of(features)))


@unhurried
@given(firms)
def test_it_asks_only_for_what_a_firm_can_do(features: dict[str, int | None]) -> None:
    for change in recourse_for(MODEL, features).changes:
        assert change.feature in ACTIONABLE
        assert features[change.feature] == change.figure
        assert is_feasible(change.feature, change.figure, change.target)


@unhurried
@given(firms)
def test_one_step_less_does_not_do(features: dict[str, int | None]) -> None:
    found = recourse_for(MODEL, features)
    before = MODEL.band(score_of(features))
    for change in found.changes:
        back = -1 if FEATURES[change.feature].better is Better.HIGHER else 1
        short = changed(features, found) | {change.feature: change.target + back}
        assert not is_better(MODEL.band(score_of(short)), before)


def every_change(features: dict[str, int | None]) -> list[dict[str, int]]:
    """All changes to a figure at, just below or just above any cut, of any number of figures."""
    targets = {
        name: sorted(
            target
            for cut in SCALES[name].cuts
            for target in (cut - 1, cut, cut + 1)
            if is_feasible(name, figure, target)
        )
        for name in MOVABLE
        if (figure := features[name]) is not None
    }
    return [
        dict(zip(names, values, strict=True))
        for count in range(1, 4)
        for names in combinations(targets, count)
        for values in product(*(targets[name] for name in names))
    ]


@unhurried
@given(firms)
def test_no_smaller_change_does(features: dict[str, int | None]) -> None:
    found = recourse_for(MODEL, features)
    if found.code == "best_band":
        return
    before = MODEL.band(score_of(features))
    size = len(found.changes) or 4
    least = effort(features, {change.feature: change.target for change in found.changes})
    for other in every_change(features):
        if is_better(MODEL.band(score_of({**features, **other})), before):
            assert found.code == "possible"
            assert (len(other), effort(features, other)) >= (size, least)


@unhurried
@given(firms, st.data())
def test_no_other_feasible_figures_do_when_it_says_none(
    features: dict[str, int | None], data: st.DataObject
) -> None:
    found = recourse_for(MODEL, features)
    if found.code != "out_of_reach":
        return
    other: dict[str, int | None] = dict(features)
    for name in MOVABLE:
        figure = features[name]
        if figure is not None:
            bounds = (figure // 2, max(figure * 2, figure + 5))
            target = data.draw(st.integers(*bounds))
            other[name] = target if is_feasible(name, figure, target) else figure
    assert score_of(other) - score_of(features) <= found.reachable < found.needed


def test_the_best_band_needs_none() -> None:
    best = {name: (10**12 if FEATURES[name].better is Better.HIGHER else 0) for name in FEATURES}
    assert recourse_for(MODEL, {**best}).code == "best_band"


def test_size_alone_is_no_way_up() -> None:
    """A firm that loses only for its size is told so, and not to grow in the past."""
    small: dict[str, int | None] = {
        name: (10**12 if FEATURES[name].better is Better.HIGHER else 0) for name in FEATURES
    }
    small |= {"monthly_sales": 0, "yearly_invoices": 0}
    found = recourse_for(MODEL, small)
    assert (found.code, found.changes, found.reachable) == ("out_of_reach", (), 0)
