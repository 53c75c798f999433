"""Timed work of the model watch."""

from __future__ import annotations

from celery import shared_task

from portal.core.actor import SystemActor
from portal.modelwatch.calibrations import banks_with_loans, models_with_loans
from portal.modelwatch.count_month import count_month, months_to_count
from portal.modelwatch.count_quarter import count_quarter, quarters_to_count
from portal.modelwatch.count_vintage import count_vintage, vintages_to_count
from portal.modelwatch.drifts import Scope, banks_with, models_in
from portal.modelwatch.note_calibration import note_calibration
from portal.modelwatch.note_drift import note_drift

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
