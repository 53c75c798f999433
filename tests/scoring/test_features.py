"""Features by hand on made-up firms, and what the window lets them see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.features import CATALOGUE, compute_features
from scoring.engine.reason_texts import SENTENCES, TITLES
from scoring.engine.summary import Record, summarise_month
from scoring.engine.window import WINDOW_MONTHS, window_of
from tests.scoring.made_up import (
    AS_OF,
    kiosk,
    months_back,
    orchard,
    record,
    summaries_of,
    unhurried,
)


def features_of(records: list[Record], as_of: str = AS_OF) -> dict[str, int | None]:
    return compute_features(window_of(summaries_of(records), as_of))


def test_a_steady_firm() -> None:
    assert features_of(orchard()) == {
        "monthly_sales": 24_660_000,
        "sales_months": 24,
        "purchase_months": 24,
        "yearly_invoices": 144,
        "sales_growth": 1_000_000,
        "sales_volatility": 0,
        "void_share": 0,
        "red_share": 0,
        "purchases_to_sales": 12_000_000 * 1_000_000 // 24_660_000,
        "buyers": 12,
        "suppliers": 30,
        "top_buyer_share": 2_110_000 * 1_000_000 // 24_660_000,
        "top_supplier_share": 1_000_000 // 30,
        "returning_buyers_share": 1_000_000,
    }


def test_months_before_the_first_sale_do_not_dilute_the_average() -> None:
    late = [record(day, 600_000, "alder") for day in months_back(10)]
    found = features_of(late)
    assert (found["monthly_sales"], found["yearly_invoices"]) == (600_000, 12)


def test_the_first_year_has_no_growth_and_no_retention() -> None:
    found = features_of([record(day, 600_000, "alder") for day in months_back(12)])
    assert (found["sales_growth"], found["returning_buyers_share"]) == (None, None)


def test_growth_and_retention_by_hand() -> None:
    days = months_back(24)
    earlier = [record(day, 100_000, "alder") for day in days[:12]]
    later = [record(day, 100_000, "alder") for day in days[12:]]
    new = [record(day, 50_000, "birch") for day in days[12:]]
    found = features_of(earlier + later + new)
    assert (found["sales_growth"], found["returning_buyers_share"]) == (1_500_000, 666_666)


def test_volatility_by_hand() -> None:
    days = months_back(24)
    found = features_of(
        [record(day, 100_000 * (1 + place % 2), "a") for place, day in enumerate(days)]
    )
    assert found["sales_volatility"] == 333_333


def test_void_and_red_shares_by_hand() -> None:
    day = months_back(24)[5]
    rows = [record(day, 100_000, "a"), record(day, 100_000, "b", void=True)]
    rows += [record(day, 100_000, "c"), record(day, -50_000, "c")]
    found = features_of(rows)
    assert (found["void_share"], found["red_share"]) == (250_000, 250_000)


def test_a_buyer_whose_purchases_were_all_reversed_is_none() -> None:
    day = months_back(24)[5]
    rows = [record(day, 100_000, "a"), record(day, 90_000, "b"), record(day, -90_000, "b")]
    found = features_of(rows)
    assert (found["buyers"], found["top_buyer_share"]) == (1, 1_000_000)


def test_repeated_rows_are_no_part_of_a_share() -> None:
    day = months_back(24)[5]
    rows = [record(day, 100_000, "a"), record(day, 100_000, "b", void=True)]
    assert features_of([*rows, *rows[:1] * 3])["void_share"] == 500_000


def test_nothing_bought_is_no_ratio() -> None:
    found = features_of([record(day, 100_000, "a") for day in months_back(8)])
    assert (found["purchases_to_sales"], found["top_supplier_share"]) == (None, None)


def test_amounts_beyond_any_firm_stay_exact() -> None:
    days = months_back(24)
    huge = features_of([record(day, 10**17 + 1, "a") for day in days])
    assert huge["monthly_sales"] == 10**17 + 1


@unhurried
@given(st.integers(1, 40), st.integers(1, 40))
def test_only_the_window_is_seen(before: int, after: int) -> None:
    inside = kiosk()
    outside = [
        *(record(day, 7_777_777, "x") for day in months_back(before, "2022-12")),
        *(record(day, 8_888_888, "y") for day in months_back(24 + after, "2060-12")),
    ]
    later = [one for one in outside if one.issued_on > date(2024, 12, 31)]
    earlier = [one for one in outside if one.issued_on < date(2023, 1, 1)]
    assert features_of(inside + earlier + later) == features_of(inside)


def test_the_first_month_of_the_window_is_seen_and_the_one_before_is_not() -> None:
    first, before = months_back(WINDOW_MONTHS)[0], months_back(WINDOW_MONTHS + 1)[0]
    assert features_of([record(first, 100, "a")])["sales_months"] == 1
    assert features_of([record(before, 100, "a")])["sales_months"] == 0


def test_a_month_twice_is_refused() -> None:
    summary = summarise_month([record(date(2024, 12, 1), 100, "a")])
    with pytest.raises(ValueError, match="two summaries of 2024-12"):
        window_of([summary, summary], AS_OF)


@dataclass(frozen=True)
class Calendar:
    first: date


@pytest.mark.parametrize("as_of", ["2024-12", date(2024, 12, 9), Calendar(date(2024, 12, 1))])
def test_an_as_of_month_comes_in_three_forms(as_of: object) -> None:
    assert window_of([], as_of).as_of == window_of([], AS_OF).as_of  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["2024-13", "2024-1", "24-01", "2024-01-01", "２０２４-01", ""])
def test_other_texts_are_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        window_of([], text)


def test_every_feature_has_its_words_and_its_sources() -> None:
    names = [feature.name for feature in CATALOGUE]
    assert len(set(names)) == len(names)
    assert set(TITLES) == set(names)
    assert set(SENTENCES) == {
        f"{name}_{effect}" for name in names for effect in ("raises", "lowers")
    }
    assert all(feature.categories == ("vat_invoices",) for feature in CATALOGUE)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_takes_both_figures(code: str) -> None:
    filled = SENTENCES[code] % {"figure": "17", "compared_with": "29"}
    assert filled.count("17") == filled.count("29") == 1
