"""Properties of every score: bounded, monotone, blind to order, to repeats and to the future."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.assess import Assessment, NotEnoughData, assess
from scoring.engine.features import CATALOGUE, FEATURES, Better
from scoring.engine.model import HIGHEST, LOWEST, Model, Scale, shipped_model
from scoring.engine.reasons import reasons_for
from scoring.engine.summary import Record
from tests.scoring.made_up import AS_OF, record, summaries_of, unhurried

MODEL = shipped_model()
figures = st.one_of(st.none(), st.integers(0, 10**14))
feature_vectors = st.fixed_dictionaries({feature.name: figures for feature in CATALOGUE})
firms = st.lists(
    st.builds(
        record,
        st.dates(date(2022, 6, 1), date(2025, 6, 30)),
        st.integers(-(10**7), 10**9),
        st.sampled_from(["alder", "birch", "cedar", "灯笼"]),
        st.sampled_from(["sale", "purchase"]),
        void=st.booleans(),
    ),
    max_size=60,
)


def answer_for(records: list[Record]) -> Assessment | NotEnoughData:
    return assess(summaries_of(records), as_of=AS_OF, model=MODEL)


def score(model: Model, features: dict[str, int | None]) -> int:
    return model.base + sum(model.points(features).values())


@unhurried
@given(feature_vectors)
def test_bounded_for_any_figures(features: dict[str, int | None]) -> None:
    assert LOWEST <= score(MODEL, features) <= HIGHEST


@unhurried
@given(feature_vectors, st.sampled_from(MODEL.scales), figures, figures)
def test_monotone_in_every_feature_of_the_card(
    features: dict[str, int | None], scale: Scale, one: int | None, other: int | None
) -> None:
    small, large = sorted((one or 0, other or 0))
    low, high = (score(MODEL, features | {scale.name: value}) for value in (small, large))
    assert low <= high if FEATURES[scale.name].better is Better.HIGHER else low >= high


@pytest.mark.parametrize("scale", MODEL.scales, ids=lambda scale: scale.name)
def test_each_feature_of_the_card_matters(scale: Scale) -> None:
    assert len(set(scale.points)) == len(scale.points) > 1


def test_both_ends_of_the_card_are_far_apart_and_on_the_scale() -> None:
    ends = [[min(s.points), max(s.points)] for s in MODEL.scales]
    scores = [MODEL.base + sum(choice) for choice in product(*ends)]
    assert LOWEST <= min(scores) < 450
    assert 750 < max(scores) <= HIGHEST


@unhurried
@given(feature_vectors)
def test_the_interval_is_ordered_and_a_probability(features: dict[str, int | None]) -> None:
    low, high = MODEL.pd_interval(features)
    assert 0 <= low <= high <= 1_000_000


@unhurried
@given(feature_vectors)
def test_no_feature_both_raises_and_lowers(features: dict[str, int | None]) -> None:
    reasons = reasons_for(MODEL, features)
    named = [reason.feature for reason in reasons]
    assert len(named) == len(set(named))
    assert all(features[name] is not None for name in named)


@unhurried
@given(feature_vectors)
def test_a_reason_stands_on_its_side_of_the_comparison(features: dict[str, int | None]) -> None:
    for reason in reasons_for(MODEL, features):
        higher = FEATURES[reason.feature].better is Better.HIGHER
        assert (reason.figure >= reason.compared_with) == (higher == (reason.direction == "raises"))


@unhurried
@given(firms, st.integers())
def test_order_is_irrelevant(records: list[Record], seed: int) -> None:
    shuffled = Random(seed).sample(records, len(records))
    summaries = summaries_of(shuffled)
    Random(seed).shuffle(summaries)
    assert assess(summaries, as_of=AS_OF, model=MODEL) == answer_for(records)


@unhurried
@given(firms)
def test_nothing_after_the_as_of_month_is_seen(records: list[Record]) -> None:
    until = [one for one in records if one.issued_on <= date(2024, 12, 31)]
    assert answer_for(records) == answer_for(until)


@unhurried
@given(firms)
def test_repeats_change_no_figure(records: list[Record]) -> None:
    once, twice = answer_for(records), answer_for(records * 2)
    if isinstance(once, NotEnoughData) or isinstance(twice, NotEnoughData):
        assert once == twice
    else:
        assert (once.score, once.features, once.reasons) == (
            twice.score,
            twice.features,
            twice.reasons,
        )


@unhurried
@given(firms, st.integers(1, 10))
def test_voided_sales_never_raise_a_score(records: list[Record], count: int) -> None:
    day = date(2024, 7, 1)
    void = [record(day, 100, "alder", void=True, number=f"void-{i}") for i in range(count)]
    before, after = answer_for(records), answer_for(records + void)
    assert type(before) is type(after)
    if isinstance(before, Assessment) and isinstance(after, Assessment):
        assert after.score <= before.score


@unhurried
@given(firms)
def test_every_answer_is_a_score_on_the_scale_or_a_code(records: list[Record]) -> None:
    answer = answer_for(records)
    if isinstance(answer, Assessment):
        assert LOWEST <= answer.score <= HIGHEST
        assert answer.band in "ABCDE"
    else:
        assert answer.code in {"no_sales", "short_history", "few_months", "nothing_left"}
