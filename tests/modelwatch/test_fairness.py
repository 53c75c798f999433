"""Decisions by class of firm: what is counted, and what is hidden."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.core.months import Month
from portal.modelwatch.count_quarter import count_quarter, next_quarter, quarters_to_count
from portal.modelwatch.drifts import Scope
from portal.modelwatch.fairness import FairnessTable, fairness_of
from portal.modelwatch.fairness_models import Dimension
from portal.modelwatch.models import QuarterCount
from scoring.engine.small_cells import Answers
from tests.applications.cases import passed_on
from tests.applications.test_automatic_decision import ASKED, product_with
from tests.applications.test_policy_runs import GENEROUS
from tests.modelwatch.months import TIMER
from tests.modelwatch.quarters import (
    GUANGDONG,
    NOWHERE,
    OLD,
    SICHUAN,
    TIBET,
    Planted,
    firm_in,
    new_bank_officer,
    plant,
)
from tests.personas import People

ENDS = ("followed", "overruled")
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def counted(*planted: Planted, quarter: date = OLD) -> dict[Dimension, FairnessTable]:
    officer = new_bank_officer()
    plant(officer, planted)
    count_quarter(TIMER, first_day=quarter)
    found = fairness_of(Scope(officer.organisation_id), quarter)
    return {table.dimension: table for table in found}


def approvals(table: FairnessTable) -> dict[str, Answers]:
    return {one.of: one.approval for one in table.classes}


def test_an_unfair_region_shows_in_its_row(people: People) -> None:
    fair = [Planted(region=GUANGDONG) for _ in range(16)]
    refused = [Planted(region=GUANGDONG, outcome="decline") for _ in range(8)]
    unfair = [Planted(region=SICHUAN, outcome="decline") for _ in range(18)]
    few = [Planted(region=SICHUAN) for _ in range(6)]
    table = counted(*fair, *refused, *unfair, *few)[Dimension.REGION]
    assert approvals(table) == {GUANGDONG: Answers(16, 8), SICHUAN: Answers(6, 18)}
    assert [one.ratio for one in table.classes] == [1.0, 0.375]
    assert table.total == Answers(22, 26)


def test_sizes_are_those_kept_with_the_scores(people: People) -> None:
    micro = [Planted(size="micro", points=-100) for _ in range(6)]
    large = [Planted(size="large", points=100) for _ in range(6)]
    table = counted(*micro, *large)[Dimension.SIZE]
    assert {one.of: one.mean_score for one in table.classes} == {"micro": 491, "large": 691}


def test_industries_are_those_that_the_authority_stated(people: People) -> None:
    farms = [Planted(firm=firm_in("A")) for _ in range(6)]
    works = [Planted(firm=firm_in("C"), outcome="decline") for _ in range(5)]
    table = counted(*farms, *works, *[Planted() for _ in range(7)])[Dimension.INDUSTRY]
    assert approvals(table) == {"": Answers(7, 0), "A": Answers(6, 0), "C": Answers(0, 5)}


def test_a_code_of_no_province_is_not_known(people: People) -> None:
    table = counted(*[Planted(region=NOWHERE) for _ in range(5)])[Dimension.REGION]
    assert approvals(table) == {"": Answers(5, 0)}


def test_a_small_class_is_hidden_and_another_with_it(people: People) -> None:
    table = counted(
        *[Planted(region=GUANGDONG) for _ in range(30)],
        *[Planted(region=SICHUAN) for _ in range(7)],
        *[Planted(region=TIBET) for _ in range(2)],
    )[Dimension.REGION]
    assert approvals(table) == {GUANGDONG: Answers(30, 0)}
    assert table.hidden == (SICHUAN, TIBET)


def test_overruled_is_what_a_person_decided_against_the_policy(people: People) -> None:
    planted = [
        *[Planted(verdict="approve", outcome="decline") for _ in range(5)],
        *[Planted(verdict="approve") for _ in range(6)],
        *[Planted(verdict="refer") for _ in range(3)],
    ]
    (line,) = counted(*planted)[Dimension.REGION].classes
    assert line.override == Answers(5, 6)
    assert line.approval == Answers(9, 5)


def test_what_the_policy_decided_alone_was_neither_followed_nor_overruled(people: People) -> None:
    first = Month.of(timezone.now()).first
    quarter = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    before = sums(people, quarter)
    passed_on(people.sara, product_with(people, GENEROUS), amount_fen=ASKED)
    after = sums(people, quarter)
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 0, 0]


def sums(people: People, quarter: date) -> list[int]:
    """Approved, of a known size, followed and overruled at bo's bank."""
    assert people.bo.organisation_id is not None
    count_quarter(TIMER, first_day=quarter)
    rows = QuarterCount.objects.filter(
        bank_id=people.bo.organisation_id, first_day=quarter, dimension=Dimension.SIZE
    )
    known = sum(row.approved for row in rows if row.of)
    followed, overruled = (sum(getattr(row, name) for row in rows) for name in ENDS)
    return [sum(row.approved for row in rows), known, followed, overruled]


def test_a_firm_counts_once_with_its_newest_decision(people: People) -> None:
    firms = [Planted(outcome="decline", day=OLD) for _ in range(5)]
    later = [Planted(firm=one.firm, day=OLD + timedelta(days=9)) for one in firms]
    table = counted(*firms, *later)[Dimension.REGION]
    assert approvals(table) == {GUANGDONG: Answers(5, 0)}


def test_a_quarter_ends_with_its_last_day_in_shanghai(people: People) -> None:
    last = next_quarter(OLD) - timedelta(days=1)
    inside = [Planted(day=last, hour_utc=15) for _ in range(5)]
    outside = [Planted(day=last, hour_utc=16) for _ in range(6)]
    table = counted(*inside, *outside)[Dimension.REGION]
    assert approvals(table) == {GUANGDONG: Answers(5, 0)}


def test_another_banks_decisions_are_no_part_of_it(people: People) -> None:
    other = new_bank_officer()
    plant(other, [Planted(outcome="decline") for _ in range(9)])
    table = counted(*[Planted() for _ in range(5)])[Dimension.REGION]
    assert approvals(table) == {GUANGDONG: Answers(5, 0)}
    (of_other,) = next(fairness_of(Scope(other.organisation_id), OLD)).classes
    assert of_other.approval == Answers(0, 9)


def test_counted_again_it_is_the_same_and_what_came_late_is_added(people: People) -> None:
    officer, quarter = new_bank_officer(), date(2018, 7, 1)
    day = quarter + timedelta(days=3)
    assert officer.organisation_id is not None
    plant(officer, [Planted(day=day) for _ in range(5)])
    rows = QuarterCount.objects.filter(bank_id=officer.organisation_id, dimension="region")
    for _ in range(2):
        count_quarter(TIMER, first_day=quarter)
        assert [row.approved for row in rows.all()] == [5]
    plant(officer, [Planted(day=day)])
    count_quarter(TIMER, first_day=quarter)
    assert [row.approved for row in rows.all()] == [6]


def test_only_quarters_that_are_over_are_counted(people: People) -> None:
    officer, today = new_bank_officer(), date.today()  # noqa: DTZ011 -- either side of midnight
    over = date(2017, 1, 1)
    plant(officer, [Planted(day=over), Planted(day=today)])
    found = quarters_to_count()
    assert over in found
    assert all(next_quarter(quarter) <= today + timedelta(days=1) for quarter in found)
    count_quarter(TIMER, first_day=over)
    assert over not in quarters_to_count()


@pytest.mark.parametrize(
    ("day", "after"),
    [(date(2026, 10, 1), date(2027, 1, 1)), (date(2026, 1, 1), date(2026, 4, 1))],
)
def test_the_quarter_after(day: date, after: date) -> None:
    assert next_quarter(day) == after
