"""A quarter whose bad loans don't fit the model is written down once, and people are told."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.modelwatch.calibration_models import CalibrationNote
from portal.modelwatch.calibrations import QuarterFit, calibration_of
from portal.modelwatch.drifts import Scope
from portal.modelwatch.telling import tell_of_calibration
from scoring.engine.calibration import Fit

NOTED: Final = frozenset({Fit.MORE, Fit.FEWER})


@transaction.atomic(durable=True)
def note_calibration(_actor: SystemActor, *, scope: Scope, model_sha256: str) -> int:
    """Note each quarter that doesn't fit, and tell of it once; how many notes are new.

    The bank's approvers are told of its own loans, the overseers of all banks' together.
    """
    new = 0
    for quarter in calibration_of(scope, model_sha256).quarters:
        if quarter.fit in NOTED and _is_new(scope, model_sha256, quarter):
            tell_of_calibration(scope, model_sha256, quarter.first_day, quarter.fit)
            new += 1
    return new


def _is_new(scope: Scope, model_sha256: str, quarter: QuarterFit) -> bool:
    vintage = quarter.vintage
    _note, is_new = CalibrationNote.objects.get_or_create(
        model_sha256=model_sha256,
        bank_id=scope.bank_id,
        first_day=quarter.first_day,
        fit=quarter.fit,
        defaults={
            "loans": vintage.loans,
            "bad": vintage.bad,
            "foreseen_ppm": round(vintage.foreseen * 1_000_000),
            "noted_at": timezone.now(),
        },
    )
    return is_new
