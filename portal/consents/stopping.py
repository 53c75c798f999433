"""What withdrawing and pausing have in common: the gate's row, the reaper, and who is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from portal.consents.gate_errors import gate_refusals
from portal.consents.queries import ConsentView
from portal.core.actor import Actor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


class Stop(StrEnum):
    WITHDRAW = "withdraw"
    PAUSE = "pause"


def stop(actor: Actor, consent: ConsentView, kind: Stop) -> None:
    """Commit the stop, then end the readers it leaves behind."""
    try:
        _commit_stop(actor, consent, kind)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        # Somebody has been publishing under it for seconds: the firm's word goes first.
        _call("SELECT reaper.evict_publishers(%s)", consent.id)
        _commit_stop(actor, consent, kind)
    _call("SELECT reaper.evict()")  # after the commit: before it the readers are still in order


@transaction.atomic(durable=True)
def _commit_stop(actor: Actor, consent: ConsentView, kind: Stop) -> None:
    with gate_refusals():
        is_changed = _call("SELECT gate.stop(%s, %s, %s)", consent.id, kind, actor.ref)
    if not is_changed:
        return
    if kind == Stop.WITHDRAW:
        enqueue(Job.NOTIFY_AUTHORITY, subject=consent.ref, key=f"notify-authority:{consent.id}")
    if consent.application_id is not None:
        enqueue(Job.ADVANCE_APPLICATION, subject=f"application:{consent.application_id}")


def _call(query: str, *values: Any) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return None if row is None else row[0]
