"""Months are counted; drift is noted, and told once."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from portal.core.errors import NotAllowed, RuleBroken
from portal.core.jobs import Job
from portal.core.months import SHANGHAI
from portal.modelwatch.count_month import count_month
from portal.modelwatch.count_quarter import count_quarter
from portal.modelwatch.count_vintage import count_vintage
from portal.modelwatch.drifts import Scope
from portal.modelwatch.note_calibration import note_calibration
from portal.modelwatch.note_drift import note_drift
from portal.modelwatch.note_outcomes import Outcome, note_outcomes
from tests.applications.offers import agreed
from tests.modelwatch.months import LATE, TIMER, month, new_model, scored_month
from tests.modelwatch.quarters import OLD, Planted, plant
from tests.modelwatch.vintages import counted
from tests.personas import People
from tests.use_cases.scenario import Case, scenario


@scenario(count_month)
def a_month(_people: People) -> Case:
    return Case(run=lambda: count_month(TIMER, as_of_month=month(0)))


@scenario(count_quarter)
def a_quarter(people: People) -> Case:
    plant(people.bo, [Planted()])
    return Case(run=lambda: count_quarter(TIMER, first_day=OLD))


@scenario(note_drift)
def a_shift_at_one_bank(people: People) -> Case:
    model, bank = new_model(), people.bo.organisation_id
    assert bank is not None
    for number in range(3):
        shapes = {"shapes": LATE} if number == 2 else {}
        scored_month(number, bank=bank, model=model, firms=150, **shapes)
    note = partial(note_drift, TIMER, scope=Scope(bank), model_sha256=model)
    return Case(run=note, jobs=frozenset({Job.SEND_MESSAGE}))


@scenario(note_drift)
def firms_like_those_before(people: People) -> Case:
    model, bank = new_model(), people.bo.organisation_id
    assert bank is not None
    for number in range(3):
        scored_month(number, bank=bank, model=model, firms=150)
    return Case(run=partial(note_drift, TIMER, scope=Scope(bank), model_sha256=model))


@scenario(note_calibration)
def too_many_bad_loans(people: People) -> Case:
    model, bank = new_model(), people.bo.organisation_id
    assert bank is not None
    counted(bank=bank, model=model, loans=400, bad=36)
    note = partial(note_calibration, TIMER, scope=Scope(bank), model_sha256=model)
    return Case(run=note, jobs=frozenset({Job.SEND_MESSAGE}))


@scenario(count_vintage)
def loans_of_a_quarter(_people: People) -> Case:
    return Case(run=lambda: count_vintage(TIMER, first_day=OLD))


@scenario(note_outcomes)
def what_became_of_a_loan(people: People) -> Case:
    day = timezone.now().astimezone(SHANGHAI).date()
    lines = [Outcome(agreed(people).application.reference, day)]
    return Case(
        run=lambda: note_outcomes(people.bo, outcomes=lines),
        refused=[
            (NotAllowed, lambda: note_outcomes(people.sara, outcomes=lines)),
            (RuleBroken, lambda: note_outcomes(people.ben, outcomes=lines)),
            (RuleBroken, lambda: note_outcomes(people.bo, outcomes=[])),
        ],
    )
