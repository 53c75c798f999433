"""A score will not be made: the application must hear of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.jobs.queries import is_asked_for, lock_job

# The job that gives up is marked as ended after this commit; the application looks at it then.
AFTER_THE_JOB = timedelta(seconds=2)


@transaction.atomic(durable=True)
def abandon_score(actor: SystemActor, *, run_id: UUID, application_id: UUID, code: str) -> None:
    """Record why a run made no score, and ask the application to move on; once a run.

    A worker killed before it could mark the run as ended leaves it to another, which gives up
    again: that adds nothing.
    """
    subject, key = f"application:{application_id}", f"abandon-score:{run_id}"
    lock_job(run_id)
    if is_asked_for(key):
        return
    record(
        EventKind.SCORE_REFUSED,
        actor=actor.ref,
        subject=subject,
        payload={"application": str(application_id), "code": code},
    )
    enqueue(Job.ADVANCE_APPLICATION, subject=subject, key=key, delay=AFTER_THE_JOB)
