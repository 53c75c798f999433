"""Timed work of the overseers."""

from __future__ import annotations

import time

from celery import shared_task

from ledger.timed_check import check_in_turn
from ledger.verification import check_and_store
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles
from portal.oversight.ask_ledger_check import IS_TIMED, ask_ledger_check
from portal.oversight.erase_complaint_texts import erase_complaint_texts
from portal.oversight.models import Cause
from portal.oversight.note_parties import note_parties
from portal.oversight.open_incident import open_incident
from portal.oversight.remind_of_overdue import remind_of_overdue
from portal.oversight.watching import watch_ledger_once

CHECK_EVERY = 300.0
TIMER = SystemActor("timer")
MOST_BATCHES = 20


@shared_task(name="oversight.ask_ledger_check")  # type: ignore[untyped-decorator] # no types
def ask_timed_ledger_check() -> None:
    """One check per slot of CHECK_EVERY seconds, however many timers run."""
    ask_ledger_check(TIMER, slot=str(int(time.time() // CHECK_EVERY)))


@shared_task(name="oversight.watch_ledger")  # type: ignore[untyped-decorator] # no types
def watch_ledger() -> None:
    """What speaks against the ledger opens an incident, within seconds."""
    watch_ledger_once()


@shared_task(name="oversight.note_parties")  # type: ignore[untyped-decorator] # no types
def note_new_parties() -> None:
    """Go on until the lists are up to date, or for some batches."""
    for _ in range(MOST_BATCHES):
        if note_parties(TIMER) == 0:
            return


@shared_task(name="oversight.erase_complaint_texts")  # type: ignore[untyped-decorator] # no types
def erase_old_complaint_texts() -> None:
    """Once a day; until none is left."""
    while erase_complaint_texts(TIMER):
        pass


@shared_task(name="oversight.remind_of_overdue")  # type: ignore[untyped-decorator] # no types
def remind_of_overdue_complaints() -> None:
    """Each hour; a message goes once."""
    remind_of_overdue(TIMER)


@handles(Job.DOUBT_MANDATES)
def doubt_mandates(run: JobRun) -> None:
    """The intake worker refused the authority's list: an incident, unless one is open."""
    after, code = int(str(run.payload["after"])), str(run.payload["code"])
    open_incident(TIMER, cause=Cause.MANDATES, place=after, detail=code)
    run.step("opened")


@handles(Job.DOUBT_MODEL)
def doubt_model(run: JobRun) -> None:
    """The vault worker refused to score: an incident, unless one is open."""
    open_incident(TIMER, cause=Cause.MODEL)
    run.step("opened")


@handles(Job.CHECK_LEDGER)
def check_ledger(run: JobRun) -> None:
    """Re-hash every stored entry, by the clock what is due; a bad verdict opens an incident."""
    check = check_in_turn() if run.payload.get(IS_TIMED) else check_and_store()
    if not check.ok:
        detail = check.problem or ""
        open_incident(TIMER, cause=Cause.LEDGER_CHECK, place=check.first_bad_seq, detail=detail)
    run.step("checked")
