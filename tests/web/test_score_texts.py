"""A figure never stands on the wrong side of its limit, however it is written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portal.web.score_texts import explained, figure_text, limit_text
from scoring.engine.features import FEATURES, Unit
from scoring.engine.model import shipped_model
from scoring.queries import ChangeView, ReasonView, RecourseView, ScoreView

SCORE = ScoreView(
    id=uuid4(),
    status="scored",
    detail_code="",
    detail={},
    value=600,
    band="C",
    pd_ppm=30_000,
    pd_low_ppm=20_000,
    pd_high_ppm=40_000,
    reasons=(),
    as_of_month="2026-10",
    input_digest="",
    model_version="1",
    model_sha256="",
    code_version="",
    created_at=datetime(2026, 11, 1, tzinfo=UTC),
)
limits = st.integers(0, 10**12) | st.integers(0, 99).map(lambda number: number * 10_000)
distances = st.integers(-(10**9), 10**9) | st.integers(-2_000, 2_000)


def number_in(text: str) -> Decimal:
    """The number that a reader reads, in percent, yuan or pieces."""
    digits = text.strip("¥%万元").replace(",", "")
    return Decimal(digits) * (10_000 if "万" in text else 1)


def sign(number: Decimal | int) -> int:
    return (number > 0) - (number < 0)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@given(limits, distances, st.sampled_from(Unit))
def test_a_figure_reads_on_the_side_of_its_limit_where_it_is(
    language: str, limit: int, distance: int, unit: Unit
) -> None:
    figure = max(limit + distance, 0)
    with override(language):
        shown, against = figure_text(figure, unit, limit=limit), limit_text(limit, unit)
    assert (shown == against) == (figure == limit)
    assert sign(number_in(shown) - number_in(against)) == sign(figure - limit)
    assert number_in(shown) <= number_in(limit_text(figure, unit)), "never rounded up"


@pytest.mark.parametrize(
    ("figure", "limit", "shown"),
    [
        (179_600, 180_000, "17.9%"),
        (179_999, 180_000, "17.9%"),
        (180_000, 180_000, "18%"),
        (180_010, 180_000, "18.001%"),
        (1_234_567, 180_000, "123.4%"),
    ],
)
def test_shares_are_floored_to_a_tenth_unless_that_would_hide_the_limit(
    figure: int, limit: int, shown: str
) -> None:
    assert figure_text(figure, Unit.PPM, limit=limit) == shown


def test_beside_each_cut_of_the_card_the_next_figure_reads_differently() -> None:
    for scale in shipped_model().scales:
        unit = FEATURES[scale.name].unit
        for cut in scale.cuts:
            for figure in (cut - 1, cut + 1):
                assert figure_text(figure, unit, limit=cut) != limit_text(cut, unit)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_erased_figure_leaves_its_limit_and_the_reason(language: str) -> None:
    reason = ReasonView("void_share_raises", "void_share", "raises", 1, 16, None, "ppm", 180_000)
    change = ChangeView("void_share", None, 180_000, "ppm", 16)
    view = replace(SCORE, reasons=(reason,), recourse=RecourseView("possible", 1, 1, (change,)))
    with override(language):
        found = explained(view)
    assert found is not None
    for text in (found.bars[0].sentence, found.changes[0]):
        assert "18%" in text
        assert "None" not in text
