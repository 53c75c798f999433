"""Whole assessments: golden scores of made-up firms, reasons, and coded refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from scoring.engine.assess import Assessment, NotEnoughData, assess
from scoring.engine.features import FEATURES, Better
from scoring.engine.model import shipped_model
from scoring.engine.reason_texts import NOT_ENOUGH_DATA
from scoring.engine.summary import Record
from tests.scoring.made_up import (
    AS_OF,
    kiosk,
    months_back,
    orchard,
    record,
    sleeper,
    summaries_of,
)

FIRMS: dict[str, Callable[[], list[Record]]] = {
    "orchard": orchard,
    "kiosk": kiosk,
    "sleeper": sleeper,
}


def score_of(records: list[Record], as_of: str = AS_OF) -> Assessment | NotEnoughData:
    return assess(summaries_of(records), as_of=as_of, model=shipped_model())


def scored(records: list[Record]) -> Assessment:
    answer = score_of(records)
    assert isinstance(answer, Assessment)
    return answer


GOLDEN = {
    "orchard": (
        762,
        "A",
        3263,
        966,
        5746,
        [
            "buyers_lowers",
            "suppliers_lowers",
            "monthly_sales_raises",
            "yearly_invoices_raises",
            "sales_months_raises",
            "sales_volatility_raises",
        ],
        "27a8b6eac2b8f2409f05cd12e38769908156bda3bfd414216218d5dc81bfbfbc",
    ),
    "kiosk": (
        414,
        "E",
        289546,
        156068,
        452498,
        [
            "monthly_sales_lowers",
            "yearly_invoices_lowers",
            "sales_months_lowers",
            "top_buyer_share_lowers",
            "sales_volatility_raises",
            "void_share_raises",
            "purchases_to_sales_raises",
        ],
        "01b892ad220beb6ec193b04ef540d5ce85b5c84bde98470bb84f2c37c7c522f4",
    ),
    "sleeper": (
        381,
        "E",
        391714,
        267275,
        562923,
        [
            "monthly_sales_lowers",
            "yearly_invoices_lowers",
            "sales_months_lowers",
            "sales_volatility_lowers",
            "void_share_raises",
        ],
        "5e694da18c27171ff1da1292021d7b65c7e6acc8b517cc11181b9d4a59bf7a21",
    ),
}


@pytest.mark.parametrize("name", FIRMS)
def test_a_made_up_firm_has_its_golden_score(name: str) -> None:
    found = scored(FIRMS[name]())
    figures = (found.score, found.band, found.pd_ppm, found.pd_low_ppm, found.pd_high_ppm)
    codes = [reason.code for reason in found.reasons]
    assert (*figures, codes, found.input_digest) == GOLDEN[name]


@pytest.mark.parametrize("name", FIRMS)
def test_points_add_up_to_the_score(name: str) -> None:
    found = scored(FIRMS[name]())
    assert found.base_points + sum(found.points.values()) == found.score
    assert list(found.points) == [scale.name for scale in shipped_model().scales]


@pytest.mark.parametrize("name", FIRMS)
def test_a_probability_lies_in_its_interval(name: str) -> None:
    found = scored(FIRMS[name]())
    assert 0 < found.pd_low_ppm <= found.pd_ppm <= found.pd_high_ppm < 1_000_000


@pytest.mark.parametrize("name", FIRMS)
def test_reasons_are_few_ranked_and_never_contradict(name: str) -> None:
    reasons = scored(FIRMS[name]()).reasons
    assert reasons
    features = [reason.feature for reason in reasons]
    assert len(features) == len(set(features))
    for effect in ("lowers", "raises"):
        points = [reason.points for reason in reasons if reason.direction == effect]
        ranks = [reason.rank for reason in reasons if reason.direction == effect]
        assert points == sorted(points, reverse=True)
        assert ranks == list(range(1, len(points) + 1))
        assert len(points) <= 4
        assert all(point > 0 for point in points)


@pytest.mark.parametrize("name", FIRMS)
def test_a_reason_compares_with_a_figure_on_the_right_side(name: str) -> None:
    found = scored(FIRMS[name]())
    for reason in found.reasons:
        assert reason.figure == found.features[reason.feature]
        higher = FEATURES[reason.feature].better is Better.HIGHER
        reached = reason.figure >= reason.compared_with
        assert reached == (higher == (reason.direction == "raises"))


@pytest.mark.parametrize("name", FIRMS)
def test_crossing_the_figure_of_comparison_moves_the_points_as_said(name: str) -> None:
    found, model = scored(FIRMS[name]()), shipped_model()
    scales = {scale.name: scale for scale in model.scales}
    for reason in found.reasons:
        scale = scales[reason.feature]
        higher = FEATURES[reason.feature].better is Better.HIGHER
        beyond = reason.compared_with if (reason.direction == "lowers") == higher else None
        other = reason.compared_with - 1 if beyond is None else beyond
        moved = scale.points_of(other) - found.points[reason.feature]
        assert (moved == reason.points) if reason.direction == "lowers" else (moved < 0)


def test_the_strongest_lowering_reason_is_the_one_that_costs_most() -> None:
    found, model = scored(sleeper()), shipped_model()
    lost = {s.name: max(s.points) - found.points[s.name] for s in model.scales}
    first = next(reason for reason in found.reasons if reason.direction == "lowers")
    assert first.points == max(lost.values())


def _void(records: list[Record]) -> list[Record]:
    return [record(one.issued_on, one.net_fen, one.counterparty, void=True) for one in records]


def _reversed() -> list[Record]:
    days = months_back(8)
    return [record(day, sign * 500_000, "a") for day in days for sign in (1, -1)]


REFUSED: dict[str, tuple[Callable[[], list[Record]], NotEnoughData]] = {
    "no invoices": (list, NotEnoughData("no_sales", {})),
    "only purchases": (
        lambda: [record(day, 100, "m", "purchase") for day in months_back(24)],
        NotEnoughData("no_sales", {}),
    ),
    "only void ones": (lambda: _void(orchard()[:40]), NotEnoughData("no_sales", {})),
    "one month": (
        lambda: [record(months_back(1)[0], 10**9, "a")],
        NotEnoughData("short_history", {"months": 1, "needed": 6}),
    ),
    "five months": (
        lambda: [record(day, 10**9, "a") for day in months_back(5)],
        NotEnoughData("short_history", {"months": 5, "needed": 6}),
    ),
    "two sales": (
        lambda: [record(day, 10**9, "a") for day in months_back(20)[:2]],
        NotEnoughData("few_months", {"months": 2, "needed": 3}),
    ),
    "all reversed": (_reversed, NotEnoughData("nothing_left", {})),
    "all in the future": (
        lambda: [record(date(2025, month, 1), 100, "a") for month in range(1, 13)],
        NotEnoughData("no_sales", {}),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_too_little_data_is_a_code_and_not_a_guess(case: str) -> None:
    records, expected = REFUSED[case]
    answer = score_of(records())
    assert answer == expected
    assert isinstance(answer, NotEnoughData)
    assert NOT_ENOUGH_DATA[answer.code] % answer.detail


def test_six_months_of_history_are_enough() -> None:
    assert isinstance(score_of([record(day, 10**6, "a") for day in months_back(6)]), Assessment)


def test_a_month_left_out_by_the_authority_is_never_guessed() -> None:
    summaries = summaries_of(orchard())
    answer = assess(summaries, as_of=AS_OF, model=shipped_model(), missing=["2023-05", "2023-06"])
    assert answer == NotEnoughData("months_missing", {"missing": 2, "needed": 24})


def test_a_month_left_out_before_the_window_is_no_loss() -> None:
    summaries = summaries_of(orchard())
    answer = assess(summaries, as_of=AS_OF, model=shipped_model(), missing=["2022-12", "2025-01"])
    assert answer == score_of(orchard())


def test_a_billion_yuan_outlier_stays_on_the_scale() -> None:
    found = scored([*kiosk(), record(date(2024, 12, 31), 10**11, "giant")])
    assert 300 <= found.score <= 850
