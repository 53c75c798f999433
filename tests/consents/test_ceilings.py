"""Ceilings: what each purpose may have at most, at the edge and beyond."""

from __future__ import annotations

import pytest

from portal.consents.ceilings import CEILINGS, check_length, check_months, check_purpose
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose
from portal.core.errors import RuleBroken
from portal.core.months import Month

NEWEST = Month(2026, 10)


def test_every_purpose_and_category_has_words_and_every_purpose_a_ceiling() -> None:
    assert set(PURPOSE_TEXTS) == set(CEILINGS) == set(Purpose)
    assert set(CATEGORY_TEXTS) == set(Category)
    for wording in (*PURPOSE_TEXTS.values(), *CATEGORY_TEXTS.values()):
        assert wording.en
        assert wording.zh


@pytest.mark.parametrize("purpose", Purpose)
def test_a_range_as_long_as_the_ceiling_is_allowed_and_a_month_more_is_not(
    purpose: Purpose,
) -> None:
    limit = CEILINGS[purpose].months
    check_months(purpose, first=NEWEST - (limit - 1), last=NEWEST, newest=NEWEST)
    with pytest.raises(RuleBroken) as refused:
        check_months(purpose, first=NEWEST - limit, last=NEWEST, newest=NEWEST)
    assert refused.value.code == "months_too_many"
    assert str(limit + 1) in refused.value.message


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (NEWEST, NEWEST - 1, "months_empty"),
        (NEWEST, NEWEST + 1, "months_future"),
        (NEWEST - 119, NEWEST, "months_too_many"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(first: Month, last: Month, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_months(Purpose.UNDERWRITING, first=first, last=last, newest=NEWEST)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("purpose", "categories", "code"),
    [
        ("marketing", ["vat_invoices"], "purpose_unknown"),
        ("underwriting", [], "category_missing"),
        ("underwriting", ["payroll"], "category_unknown"),
        ("underwriting", ["vat_invoices", "vat_invoices"], "category_unknown"),
    ],
)
def test_unknown_words_are_refused(purpose: str, categories: list[str], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_purpose(purpose, categories)
    assert refused.value.code == code


@pytest.mark.parametrize("part", ["days", "storage_days", "uses"])
def test_more_than_the_ceiling_is_refused(part: str) -> None:
    ceiling = CEILINGS[Purpose.UNDERWRITING]
    allowed = {"days": ceiling.days, "storage_days": ceiling.storage_days, "uses": ceiling.uses}
    check_length(Purpose.UNDERWRITING, **allowed)
    with pytest.raises(RuleBroken):
        check_length(Purpose.UNDERWRITING, **{**allowed, part: allowed[part] + 1})
