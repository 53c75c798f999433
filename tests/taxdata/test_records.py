"""Typed records: what each must say, and how returns of several months are judged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consents.purposes import Category
from portal.core.months import Month
from portal.taxdata.package import Manifest, MonthEntry, PackageRefused
from portal.taxdata.pages import finished_months
from portal.taxdata.records import TaxRecord, period_of, record_from
from portal.taxdata.store import encode_records

VAT: dict[str, Any] = {
    "first_month": "2025-01",
    "last_month": "2025-03",
    "sales_fen": 100,
    "output_vat_fen": 13,
    "input_vat_fen": 3,
    "vat_due_fen": 10,
    "filed_on": "2025-04-15",
}
INCOME: dict[str, Any] = {
    "kind": "quarterly",
    "first_month": "2025-01",
    "last_month": "2025-03",
    "revenue_fen": 100,
    "cost_fen": 130,
    "profit_fen": -30,
    "tax_fen": 0,
    "filed_on": "2025-04-15",
}
RATING: dict[str, Any] = {"year": 2024, "grade": "M", "published_on": "2025-04-20"}
GOOD = {
    Category.VAT_RETURNS: VAT,
    Category.INCOME_TAX_RETURNS: INCOME,
    Category.TAX_RATING: RATING,
}


@pytest.mark.parametrize("category", GOOD)
def test_a_record_is_kept_as_it_came_with_its_last_month(category: Category) -> None:
    record = record_from(category, GOOD[category])
    assert json.loads(encode_records([record])) == GOOD[category]
    ends = {Category.TAX_RATING: Month(2024, 12)}
    assert period_of(record)[1] == ends.get(category, Month(2025, 3))


BAD: list[tuple[Category, dict[str, Any]]] = [
    (Category.VAT_RETURNS, {"last_month": "2025-02"}),
    (Category.VAT_RETURNS, {"first_month": "2025-02", "last_month": "2025-04"}),
    (Category.VAT_RETURNS, {"first_month": "2025-04"}),
    (Category.VAT_RETURNS, {"filed_on": "2025-03-30"}),
    (Category.VAT_RETURNS, {"sales_fen": 1.0}),
    (Category.VAT_RETURNS, {"sales_fen": True}),
    (Category.VAT_RETURNS, {"surplus": 1}),
    (Category.INCOME_TAX_RETURNS, {"kind": "annual"}),
    (Category.INCOME_TAX_RETURNS, {"kind": "monthly"}),
    (Category.INCOME_TAX_RETURNS, {"first_month": "2024-04"}),
    (Category.TAX_RATING, {"grade": "E"}),
    (Category.TAX_RATING, {"grade": "a"}),
    (Category.TAX_RATING, {"year": "2024"}),
    (Category.TAX_RATING, {"year": 1899}),
    (Category.TAX_RATING, {"published_on": "2024-12-30"}),
]


@pytest.mark.parametrize(("category", "change"), BAD)
def test_a_record_that_can_not_be_is_refused(category: Category, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        record_from(category, {**GOOD[category], **change})


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([*Category]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*VAT, *RATING]), inner),
    ),
)
def test_whatever_comes_is_a_record_or_refused(category: Category, row: object) -> None:
    with pytest.raises(ValueError):
        record_from(category, row)


def manifest(**months: MonthEntry) -> Manifest:
    """Of a quarter; keys are ``jan``, ``feb``, ``mar``."""
    names = {"jan": Month(2025, 1), "feb": Month(2025, 2), "mar": Month(2025, 3)}
    return Manifest(
        session="s",
        artefact_sha256="0" * 64,
        category=Category.VAT_RETURNS,
        first_month=Month(2025, 1),
        last_month=Month(2025, 3),
        as_of_month=Month(2025, 3),
        pages=("0" * 64,),
        months={names[name]: entry for name, entry in months.items()},
        sha256="0" * 64,
    )


HELD, WITHIN = MonthEntry(records=1, version="1"), MonthEntry(within=Month(2025, 3))
QUARTER: list[TaxRecord] = [record_from(Category.VAT_RETURNS, VAT)]
MARCH: list[TaxRecord] = [record_from(Category.VAT_RETURNS, {**VAT, "first_month": "2025-03"})]


def test_a_quarters_return_speaks_for_its_three_months() -> None:
    told = manifest(jan=WITHIN, feb=WITHIN, mar=HELD)
    assert dict(finished_months([QUARTER], told)) == {Month(2025, 3): QUARTER}


@pytest.mark.parametrize(
    ("page", "months"),
    [
        (MARCH, {"jan": WITHIN, "feb": WITHIN}),
        (QUARTER, {"jan": MonthEntry(missing="not_filed"), "feb": WITHIN}),
    ],
    ids=["said to be in a return that is of March only", "said to be missing, but declared"],
)
def test_a_month_is_where_the_manifest_says(
    page: list[TaxRecord], months: dict[str, MonthEntry]
) -> None:
    with pytest.raises(PackageRefused) as refused:
        list(finished_months([page], manifest(**months, mar=HELD)))
    assert refused.value.code == "wrong_gaps"
