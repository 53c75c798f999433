"""Timed work about requests for records, and the job that makes the file."""

from __future__ import annotations

from celery import shared_task

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.disclosure.erase_activity import erase_activity
from portal.disclosure.erase_exports import erase_exports
from portal.disclosure.lapse_disclosures import lapse_disclosures
from portal.disclosure.make_export import make_export
from portal.disclosure.tell_parties import tell_parties
from portal.jobs.registry import JobRun, handles
from portal.oversight.note_parties import note_parties

CLOCK = SystemActor("timer")
MAKER = SystemActor("disclosure")


@shared_task(name="disclosure.clock")  # type: ignore[untyped-decorator] # no types
def keep_time() -> None:
    """What is due: lapsing, telling, erasing; each until none is left."""
    for due in (lapse_disclosures, tell_parties, erase_exports, erase_activity):
        while due(CLOCK):
            pass


@handles(Job.MAKE_DISCLOSURE)
def make_disclosure(run: JobRun) -> None:
    """Bring the ledger's lists up to date, then put the records together."""
    while note_parties(MAKER):
        pass
    make_export(MAKER, disclosure_id=run.subject_id)
    run.step("made")
