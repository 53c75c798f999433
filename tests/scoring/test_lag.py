"""A window that lacks its first months, because the authority has not confirmed the newest."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.engine.assess import Assessment, NotEnoughData, assess
from scoring.engine.features import compute_features
from scoring.engine.model import shipped_model
from scoring.engine.reason_texts import NOT_ENOUGH_DATA
from scoring.engine.sales_bands import sales_bands
from scoring.engine.summary import MonthSummary
from scoring.engine.window import window_of
from tests.scoring.made_up import AS_OF, months_back, orchard, summaries_of

LAGS = [0, 1, 2]


def seen(lag: int) -> list[MonthSummary]:
    """A steady firm's months, without the first ``lag`` of the window."""
    return summaries_of(orchard())[lag:]


def assessed(lag: int) -> Assessment:
    answer = assess(seen(lag), as_of=AS_OF, model=shipped_model(), lag=lag)
    assert isinstance(answer, Assessment)
    return answer


@pytest.mark.parametrize("lag", LAGS)
def test_a_steady_firm_keeps_every_figure_and_its_score(lag: int) -> None:
    features = compute_features(window_of(seen(lag), AS_OF, lag=lag))
    assert features == compute_features(window_of(seen(0), AS_OF))
    assert assessed(lag).score == assessed(0).score


def test_control_without_saying_so_the_months_count_as_idle() -> None:
    silent = compute_features(window_of(seen(2), AS_OF))
    assert (silent["sales_months"], silent["purchase_months"]) == (22, 22)
    assert silent["sales_growth"] == 1_200_000


def test_counts_are_stated_for_all_months_and_rounded_down() -> None:
    features = compute_features(window_of(seen(5), AS_OF, lag=2))
    assert features["sales_months"] == 19 * 24 // 22


@pytest.mark.parametrize("lag", LAGS)
def test_an_unseen_month_is_neither_missing_nor_drawn_nor_used(lag: int) -> None:
    first = [f"{day:%Y-%m}" for day in months_back(24)]
    given: dict[str, Any] = {"as_of": AS_OF, "model": shipped_model(), "lag": lag}
    assert assess(seen(0), missing=first[:lag], **given) == assess(seen(lag), **given)
    answer = assess(seen(0), missing=first[: lag + 1], **given)
    assert answer == NotEnoughData("months_missing", {"missing": 1, "needed": 24})
    drawn = sales_bands(window_of(seen(0), AS_OF, lag=lag))
    assert [band.month for band in drawn] == first[lag:]


def test_the_digest_names_the_lag() -> None:
    assert len({assessed(lag).input_digest for lag in LAGS}) == 3
    assert window_of(seen(1), AS_OF).digest != window_of(seen(1), AS_OF, lag=1).digest


def test_a_longer_lag_is_refused_in_words() -> None:
    answer = assess(seen(3), as_of=AS_OF, model=shipped_model(), lag=3)
    assert answer == NotEnoughData("authority_behind", {"months": 3, "most": 2})
    assert "3" in NOT_ENOUGH_DATA[answer.code] % answer.detail
