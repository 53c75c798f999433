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

# The job that gives up is marked as ended after this commit; the application looks at it then.
AFTER_THE_JOB = timedelta(seconds=2)


@transaction.atomic(durable=True)
def abandon_score(actor: SystemActor, *, application_id: UUID, code: str) -> None:
    """Record why no score was made under the consent, and ask the application to move on."""
    subject = f"application:{application_id}"
    record(
        EventKind.SCORE_REFUSED,
        actor=actor.ref,
        subject=subject,
        payload={"application": str(application_id), "code": code},
    )
    enqueue(Job.ADVANCE_APPLICATION, subject=subject, delay=AFTER_THE_JOB)
