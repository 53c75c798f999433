"""Counting a month's scores, and what the months say."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from portal.core.errors import NotAllowed
from portal.modelwatch.count_month import count_month, months_to_count
from portal.modelwatch.drifts import Scope, Watched, banks_with, models_in, watched
from portal.modelwatch.models import SCORE, MonthCount
from scoring.engine.drift import Level
from tests.modelwatch.months import LATE, TIMER, month, new_model, score_of, scored_month, write
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def counts(model: str, bank: UUID, part: str) -> dict[int, int]:
    rows = MonthCount.objects.filter(model_sha256=model, bank_id=bank, part=part, firms__gt=0)
    return dict(rows.values_list("of", "firms"))


def flagged(found: Watched) -> dict[date, set[str]]:
    """The parts that are out of their place, by month."""
    worth = {Level.LOOK, Level.SHIFT}
    by_month = {
        one.as_of_month: {name for name, part in one.parts.items() if part.level in worth}
        for one in found.months
    }
    return {at: parts for at, parts in by_month.items() if parts}


def test_a_firm_counts_once_with_its_newest_score() -> None:
    model, bank, firm, at = new_model(), uuid4(), uuid4(), month(0)
    for points in ({"buyers": -9}, {"buyers": 8}):
        write([score_of(bank=bank, model=model, at=at, points=points, firm=firm)])
        count_month(TIMER, as_of_month=at)

    assert counts(model, bank, "buyers") == {8: 1}
    assert counts(model, bank, SCORE) == {550: 1}


def test_counting_again_changes_nothing_and_other_banks_are_apart() -> None:
    model, bank, other = new_model(), uuid4(), uuid4()
    scored_month(0, bank=bank, model=model, firms=20)
    at = scored_month(0, bank=other, model=model, firms=5)
    before = counts(model, bank, "buyers")

    count_month(TIMER, as_of_month=at)

    assert counts(model, bank, "buyers") == before
    assert (sum(before.values()), sum(counts(model, other, SCORE).values())) == (20, 5)
    assert set(banks_with(model)) == {bank, other}


def test_a_month_waits_to_be_counted_until_it_is() -> None:
    model, bank, at = new_model(), uuid4(), month(len(str(uuid4())) + uuid4().int % 5000 + 200)
    write([score_of(bank=bank, model=model, at=at, points={"buyers": 8})])

    assert at in months_to_count()
    count_month(TIMER, as_of_month=at)

    assert counts(model, bank, "buyers") == {8: 1}


def test_a_planted_drift_is_flagged_in_its_part_and_month_and_nowhere_else() -> None:
    model, bank, other = new_model(), uuid4(), uuid4()
    for number in range(14):
        drifted = LATE if number >= 9 else None
        scored_month(number, bank=other, model=model, firms=150)
        scored_month(
            number, bank=bank, model=model, firms=150, **({"shapes": drifted} if drifted else {})
        )

    ours, theirs = watched(Scope(bank), model), watched(Scope(other), model)

    months = [month(number) for number in range(9, 14)]
    assert list(flagged(ours)) == months
    assert all("buyers" in parts for parts in flagged(ours).values())
    assert all("sales_months" not in parts for parts in flagged(ours).values())
    assert flagged(theirs) == {}
    assert ours.reference == (month(0), month(1))


def test_until_there_are_firms_enough_nothing_is_compared() -> None:
    model, bank = new_model(), uuid4()
    for number in range(3):
        scored_month(number, bank=bank, model=model, firms=60)

    found = watched(Scope(bank), model)

    assert (found.is_settled, found.months, found.reference_firms) == (False, (), 180)


def test_a_bank_sees_its_own_firms_overseers_all_and_a_firm_nobodys(people: People) -> None:
    model = new_model()
    scored_month(0, bank=uuid4(), model=model, firms=3)

    assert model not in models_in(Scope.of(people.bo))
    assert model in models_in(Scope.of(people.rita))
    with pytest.raises(NotAllowed):
        Scope.of(people.sara)
