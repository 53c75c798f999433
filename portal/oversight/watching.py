"""Looking out for what the witnesses and the sequencer say against the ledger."""

from __future__ import annotations

from ledger.halts import latest_halt
from ledger.witnessing.queries import alarms
from portal.core.actor import SystemActor
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident

WATCH = SystemActor("watch")


def watch_ledger_once() -> None:
    """Open an incident where a witness remembers another ledger, or where signing has stopped."""
    for alarm in alarms()[:1]:
        detail = alarm.problem or ""
        open_incident(WATCH, cause=Cause.WITNESS, place=alarm.size, detail=detail)
    if halt := latest_halt():
        open_incident(WATCH, cause=Cause.SIGNING, place=halt.size, detail=halt.reason)
