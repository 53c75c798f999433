"""What has drifted is written down once, and the people concerned are told."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.modelwatch.drifts import MonthDrift, Scope, watched
from portal.modelwatch.models import DriftNote
from portal.modelwatch.telling import tell_of_drift
from scoring.engine.drift import Level

NOTED: Final = frozenset({Level.LOOK, Level.SHIFT})


@transaction.atomic(durable=True)
def note_drift(_actor: SystemActor, *, scope: Scope, model_sha256: str) -> int:
    """Note each part of each month that is out of its place; how many notes are new.

    A shift is told to the bank's approvers, or to the overseers for all banks together, once for
    each month.
    """
    new = 0
    for month in watched(scope, model_sha256).months:
        notes = [_note(scope, model_sha256, month, part) for part in month.parts]
        made = [note for note in notes if note is not None]
        new += len(made)
        if any(note.level == Level.SHIFT for note in made):
            tell_of_drift(scope, model_sha256, month.as_of_month)
    return new


def _note(scope: Scope, model_sha256: str, month: MonthDrift, part: str) -> DriftNote | None:
    """The new note of a part; None where there is nothing to note, or it was noted before."""
    found = month.parts[part]
    if found.level not in NOTED:
        return None
    note, is_new = DriftNote.objects.get_or_create(
        model_sha256=model_sha256,
        bank_id=scope.bank_id,
        as_of_month=month.as_of_month,
        part=part,
        level=found.level,
        defaults={"index_ppm": round(found.index * 1_000_000), "noted_at": timezone.now()},
    )
    return note if is_new else None
