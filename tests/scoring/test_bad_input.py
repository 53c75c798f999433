"""Feeds that are wrong or outsized: a coded answer or a clear error, never a made-up score."""

from __future__ import annotations

import gzip
import math
from datetime import date
from pathlib import Path

import pytest

from scoring.engine.assess import Assessment, NotEnoughData, assess, assessment_of
from scoring.engine.canonical import canonical_bytes
from scoring.engine.features import compute_features
from scoring.engine.model import SHIPPED_PATH, Model, ModelError, model_with, shipped_model
from scoring.engine.summary import MonthSummary, Record, summarise_month
from scoring.engine.window import window_of
from scoring.training.dataset import read_records
from tests.scoring.made_up import AS_OF, kiosk, months_back, orchard, record, summaries_of

NOT_NUMBERS = [math.nan, math.inf, -math.inf, 1.5]
NO_SCORE = {
    "no invoices": ([], "no_sales"),
    "one month": ([record(months_back(1)[0], 10**7, "a")], "short_history"),
    "only void ones": (
        [record(day, 10**7, "a", void=True) for day in months_back(24)],
        "no_sales",
    ),
    "only red-letter ones": ([record(day, -(10**7), "a") for day in months_back(24)], "no_sales"),
    "more reversed than sold": (
        [record(day, amount, "a") for day in months_back(24) for amount in (1_000_000, -3_000_000)],
        "nothing_left",
    ),
    "only future dates": (
        [record(date(2025, month, 1), 10**7, "a") for month in range(1, 13)],
        "no_sales",
    ),
}


def answer_for(records: list[Record]) -> Assessment | NotEnoughData:
    return assess(summaries_of(records), as_of=AS_OF, model=shipped_model())


@pytest.mark.parametrize("case", NO_SCORE)
def test_no_score_is_made_up(case: str) -> None:
    records, code = NO_SCORE[case]
    answer = answer_for(records)
    assert isinstance(answer, NotEnoughData)
    assert answer.code == code


def test_a_billion_yuan_in_one_month_moves_no_figure_off_its_scale() -> None:
    answer = answer_for([*orchard(), record(date(2024, 6, 5), 10**11, "whale")])
    assert isinstance(answer, Assessment)
    assert 300 <= answer.score <= 850
    assert all(value is None or value >= 0 for value in answer.features.values())


def test_a_feed_sent_twice_gives_the_same_figures() -> None:
    once, twice = answer_for(kiosk()), answer_for(kiosk() * 2)
    assert isinstance(once, Assessment)
    assert isinstance(twice, Assessment)
    assert (once.score, once.features) == (twice.score, twice.features)


@pytest.mark.slow
def test_a_million_invoices_make_a_score_like_any_other() -> None:
    months = [
        summarise_month(
            [record(day, 5_000 + place, f"buyer-{place % 300}") for place in range(41_667)]
        )
        for day in months_back(24)
    ]
    assert sum(month.sale.rows for month in months) > 1_000_000
    answer = assess(months, as_of=AS_OF, model=shipped_model())
    assert isinstance(answer, Assessment)
    assert answer.features["buyers"] == 300


@pytest.mark.parametrize("amount", NOT_NUMBERS)
@pytest.mark.parametrize("field", ["net_fen", "vat_fen", "gross_fen"])
def test_an_amount_that_is_no_whole_number_is_refused(field: str, amount: float) -> None:
    amounts = {"net_fen": 100, "vat_fen": 13, "gross_fen": 113, field: amount}
    with pytest.raises(ValueError, match="whole fen"):
        Record("sale", "1", date(2024, 1, 1), "a", **amounts)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999", '"7"', "1.5", "null"])
def test_a_summary_with_one_is_refused(amount: str) -> None:
    (summary,) = summaries_of([record(date(2024, 12, 1), 100, "a")])
    broken = summary.to_json().replace(b'"blue_net_fen":100', f'"blue_net_fen":{amount}'.encode())
    assert broken != summary.to_json()
    with pytest.raises(ValueError):
        MonthSummary.from_json(broken)


@pytest.mark.parametrize("amount", ["nan", "NaN", "Infinity", "1,000", ""])
def test_training_data_with_one_are_refused(tmp_path: Path, amount: str) -> None:
    heads = "company_id,invoice_no,issue_date,counterparty_id,net_amount,vat_amount,gross_amount"
    rows = f"{heads},is_void\nC1,1,2019-01-01,K1,{amount},0,1,False\n"
    for name in ("labelled_purchases", "labelled_sales"):
        with gzip.open(tmp_path / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
            file.write(rows)
    with pytest.raises(ValueError, match=r"not an amount|columns"):
        list(read_records(tmp_path, "labelled"))


@pytest.mark.parametrize("figure", NOT_NUMBERS)
def test_a_figure_that_is_no_whole_number_is_refused(figure: float) -> None:
    features = compute_features(window_of(summaries_of(orchard()), AS_OF))
    broken = {**features, "buyers": figure}
    with pytest.raises(ValueError, match="whole"):
        assessment_of(broken, input_digest="", model=shipped_model())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="fractions"):
        canonical_bytes(broken)


def test_a_model_file_with_another_hash_is_refused() -> None:
    data = SHIPPED_PATH.read_bytes()
    with pytest.raises(ModelError, match="expected"):
        Model.load(data.replace(b'"base":591', b'"base":592'), sha256=shipped_model().sha256)
    with pytest.raises(ModelError, match="no model here"):
        model_with("0" * 64)
    assert model_with(shipped_model().sha256) == shipped_model()


def test_a_model_file_with_not_a_number_is_refused() -> None:
    data = SHIPPED_PATH.read_bytes()
    with pytest.raises(ModelError):
        Model.load(data.replace(b'"base":591', b'"base":NaN'))
