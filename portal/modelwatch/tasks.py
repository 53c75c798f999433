"""Timed work of the model watch, and what loans say to it."""

from __future__ import annotations

from datetime import date

from celery import shared_task

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles
from portal.modelwatch.calibrations import banks_with_loans, models_with_loans
from portal.modelwatch.count_month import count_month, months_to_count
from portal.modelwatch.count_quarter import count_quarter, quarters_to_count
from portal.modelwatch.count_vintage import count_vintage, vintages_to_count
from portal.modelwatch.drifts import Scope, banks_with, models_in
from portal.modelwatch.note_calibration import note_calibration
from portal.modelwatch.note_drift import note_drift
from portal.modelwatch.take_outcome import take_outcome

TIMER = SystemActor("timer")


@shared_task(name="modelwatch.watch_drift")  # type: ignore[untyped-decorator] # no types
def watch_drift() -> None:
    """Once an hour: count the months that have new scores, then look at every model again."""
    for month in months_to_count():
        count_month(TIMER, as_of_month=month)
    for model in models_in(Scope(None)):
        for scope in (Scope(None), *map(Scope, banks_with(model))):
            note_drift(TIMER, scope=scope, model_sha256=model)


@shared_task(name="modelwatch.watch_fairness")  # type: ignore[untyped-decorator] # no types
def watch_fairness() -> None:
    """Once an hour: count the quarters that are over and have decisions not counted yet."""
    for quarter in quarters_to_count():
        count_quarter(TIMER, first_day=quarter)


@shared_task(name="modelwatch.watch_calibration")  # type: ignore[untyped-decorator] # no types
def watch_calibration() -> None:
    """Once an hour: count the loans about which something was said, and look at every model."""
    for first_day in vintages_to_count():
        count_vintage(TIMER, first_day=first_day)
    for model in models_with_loans(Scope(None)):
        for scope in (Scope(None), *banks_with_loans(model)):
            note_calibration(TIMER, scope=scope, model_sha256=model)


@handles(Job.TAKE_OUTCOME)
def take(run: JobRun) -> None:
    """What a serviced loan says of itself (subject ``application:…``)."""
    overdue = run.payload["overdue_90_on"]
    take_outcome(
        TIMER,
        application_id=run.subject_id,
        paid_out_on=date.fromisoformat(str(run.payload["paid_out_on"])),
        overdue_90_on=date.fromisoformat(str(overdue)) if overdue else None,
    )
