"""Timed work of the overseers."""

from __future__ import annotations

import time

from celery import shared_task

from ledger.verification import check_and_store
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles
from portal.oversight.ask_ledger_check import ask_ledger_check

CHECK_EVERY = 300.0
TIMER = SystemActor("timer")


@shared_task(name="oversight.ask_ledger_check")  # type: ignore[untyped-decorator] # no types
def ask_timed_ledger_check() -> None:
    """One check per slot of CHECK_EVERY seconds, however many timers run."""
    ask_ledger_check(TIMER, slot=str(int(time.time() // CHECK_EVERY)))


@handles(Job.CHECK_LEDGER)
def check_ledger(run: JobRun) -> None:
    """Re-hash every stored entry and keep the verdict."""
    check_and_store()
    run.step("checked")
