"""A quarter whose loans don't fit is noted and told once, to those whom it concerns."""

from __future__ import annotations

from datetime import date

import pytest

from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.modelwatch.calibration_models import CalibrationNote
from portal.modelwatch.drifts import Scope
from portal.modelwatch.note_calibration import note_calibration
from tests.modelwatch.months import TIMER, new_model
from tests.modelwatch.vintages import OVER, counted
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def model(people: People) -> str:
    """One whose loans of a quarter at bank A went bad three times as often as foreseen."""
    model, bank = new_model(), people.bo.organisation_id
    assert bank is not None
    counted(bank=bank, model=model, loans=400, bad=36)
    counted(bank=bank, model=model, loans=400, bad=12, first_day=date(2019, 7, 1))
    return model


def told(model: str) -> set[str]:
    found = JobRow.objects.filter(
        name=Job.SEND_MESSAGE, key__startswith=f"calibration:{model[:16]}"
    )
    return set(found.values_list("subject", flat=True))


def test_too_many_bad_loans_are_noted_once_and_told_to_the_banks_approvers(
    people: People, model: str
) -> None:
    scope = Scope(people.bo.organisation_id)
    found = [note_calibration(TIMER, scope=scope, model_sha256=model) for _ in range(2)]

    note = CalibrationNote.objects.get(model_sha256=model)
    assert found == [1, 0]
    assert (note.first_day, note.fit, note.bad) == (OVER, "more", 36)
    assert people.boss.ref in told(model)
    assert not {people.bo.ref, people.ben.ref, people.sara.ref} & told(model)


def test_over_all_banks_the_overseers_are_told(people: People, model: str) -> None:
    note_calibration(TIMER, scope=Scope(None), model_sha256=model)
    assert {people.rita.ref, people.olga.ref} <= told(model)
    assert people.boss.ref not in told(model)


def test_another_banks_good_loans_are_judged_apart(people: People, model: str) -> None:
    other = people.ben.organisation_id
    assert other is not None
    counted(bank=other, model=model, loans=400, bad=0)
    note_calibration(TIMER, scope=Scope(other), model_sha256=model)
    note = CalibrationNote.objects.get(model_sha256=model, bank_id=other)
    assert (note.fit, note.bad) == ("fewer", 0)
