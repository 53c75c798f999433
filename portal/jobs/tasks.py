"""The one Celery task: it carries a job's id and looks everything else up."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task

from portal.core.jobs import Cancelled, Job, Retry
from portal.jobs import lease
from portal.jobs.models import JobRow, JobStatus
from portal.jobs.registry import JobRun, handler_for

log = logging.getLogger(__name__)


@shared_task(name="jobs.run")  # type: ignore[untyped-decorator] # Celery has no types
def run(job_id: str) -> None:
    """Work on a job if it is due and free; a message for a finished job does nothing."""
    row = lease.take(UUID(job_id))
    if row is not None:
        run_leased(row)


def run_leased(row: JobRow) -> None:
    """Call the handler and write down how it ended."""
    attempt = JobRun(
        id=row.id,
        name=Job(row.name),
        subject=row.subject,
        payload=row.payload,
        attempt=row.attempts,
        mark=lambda step: lease.mark_step(row, step),
    )
    try:
        with lease.kept(row):
            handler_for(attempt.name)(attempt)
    except lease.LeaseLost:
        log.warning("job %s: lease lost, left to its new holder", row.id)
    except Cancelled as ended:
        lease.finish(row, JobStatus.CANCELLED, ended.code)
    except Retry as later:
        lease.again(row, seconds=later.seconds, error=str(later), free=True)
    except Exception as error:
        log.exception("job %s %s failed at attempt %s", row.id, row.name, row.attempts)
        _failed(row, f"{type(error).__name__}: {error}")
    else:
        lease.finish(row, JobStatus.DONE)


def _failed(row: JobRow, error: str) -> None:
    if row.attempts >= lease.MAX_ATTEMPTS:
        lease.finish(row, JobStatus.FAILED, error)
    else:
        lease.again(row, seconds=2.0**row.attempts, error=error)
