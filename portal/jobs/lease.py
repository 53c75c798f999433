"""One worker at a time: taking, renewing and giving back the lease on a job."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.jobs.models import JobRow, JobStatus

LEASE = timedelta(seconds=30)
HEARTBEAT = 10.0
MAX_ATTEMPTS = 5


class LeaseLost(Exception):
    """The sweeper gave the job to somebody else, or it was ended: stop at once."""


def take(job_id: UUID) -> JobRow | None:
    """Lease the job for this worker, or None when it is finished, not due, or somebody has it.

    A duplicate delivery (broker restarted, message redelivered) ends here.
    """
    now = timezone.now()
    with transaction.atomic():
        row = (
            JobRow.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(id=job_id, status__in=[JobStatus.QUEUED, JobStatus.DISPATCHED], due_at__lte=now)
            .first()
        )
        if row is None:
            return None
        row.status = JobStatus.RUNNING
        row.lease = uuid4()
        row.leased_until = now + LEASE
        row.attempts += 1
        row.sends = 0
        row.save(update_fields=["status", "lease", "leased_until", "attempts", "sends"])
        return row


def mark_step(row: JobRow, step: str) -> None:
    """Add a step and renew the lease; LeaseLost when the job is no longer this worker's."""
    if step not in row.steps:
        row.steps = [*row.steps, step]
    renewed = JobRow.objects.filter(id=row.id, lease=row.lease, status=JobStatus.RUNNING).update(
        steps=row.steps, leased_until=timezone.now() + LEASE
    )
    if not renewed:
        raise LeaseLost(str(row.id))


def finish(row: JobRow, status: JobStatus, error: str = "") -> None:
    """End the job if the lease still holds; a worker that lost it changes nothing."""
    JobRow.objects.filter(id=row.id, lease=row.lease, status=JobStatus.RUNNING).update(
        status=status,
        error=error[:500],
        lease=None,
        leased_until=None,
        finished_at=timezone.now(),
    )


def again(row: JobRow, *, seconds: float, error: str, free: bool = False) -> None:
    """Put the job back for later; ``free`` does not count this attempt (the handler asked)."""
    JobRow.objects.filter(id=row.id, lease=row.lease, status=JobStatus.RUNNING).update(
        status=JobStatus.QUEUED,
        error=error[:500],
        lease=None,
        leased_until=None,
        dispatched_at=None,
        due_at=timezone.now() + timedelta(seconds=seconds),
        attempts=F("attempts") - 1 if free else F("attempts"),
    )


@contextmanager
def kept(row: JobRow) -> Iterator[None]:
    """Renew the lease while the body runs, however long one step takes.

    A killed process stops renewing, and the sweeper gives the job away within LEASE.
    """
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(HEARTBEAT):
                JobRow.objects.filter(id=row.id, lease=row.lease).update(
                    leased_until=timezone.now() + LEASE
                )
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{row.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
