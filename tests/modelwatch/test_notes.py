"""What has drifted is noted and told once."""

from __future__ import annotations

from functools import partial

import pytest

from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.modelwatch.drifts import Scope
from portal.modelwatch.models import DriftNote
from portal.modelwatch.note_drift import note_drift
from tests.modelwatch.months import LATE, TIMER, month, new_model, scored_month
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def drifted(people: People) -> str:
    """A model whose third month at bank A is another one."""
    model, bank = new_model(), people.bo.organisation_id
    assert bank is not None
    scored_month(0, bank=bank, model=model, firms=120)
    scored_month(1, bank=bank, model=model, firms=120)
    scored_month(2, bank=bank, model=model, firms=120, shapes=LATE)
    return model


def told(model: str) -> list[str]:
    """Whom a message about this model was asked for."""
    found = JobRow.objects.filter(name=Job.SEND_MESSAGE, key__startswith=f"drift:{model[:16]}")
    return sorted(found.values_list("subject", flat=True))


def test_a_shift_is_noted_once_and_told_to_the_banks_approvers(
    people: People, drifted: str
) -> None:
    note = partial(note_drift, TIMER, scope=Scope(people.bo.organisation_id), model_sha256=drifted)
    first, again = note(), note()

    notes = DriftNote.objects.filter(model_sha256=drifted, bank_id=people.bo.organisation_id)
    assert (first, again) == (notes.count(), 0)
    assert {one.as_of_month for one in notes} == {month(2)}
    assert "buyers" in {one.part for one in notes}
    assert people.boss.ref in told(drifted)
    assert not {people.bo.ref, people.ben.ref, people.sara.ref} & set(told(drifted))


def test_what_drifts_over_all_banks_is_told_to_the_overseers(people: People, drifted: str) -> None:
    note_drift(TIMER, scope=Scope(None), model_sha256=drifted)

    assert {people.rita.ref, people.olga.ref} <= set(told(drifted))
    assert people.boss.ref not in told(drifted)
