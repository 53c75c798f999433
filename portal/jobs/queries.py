"""What a page may know of a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.core.jobs import Job
from portal.jobs.models import OPEN, JobRow


@dataclass(frozen=True, slots=True)
class JobView:
    id: UUID
    name: str
    status: str
    steps: tuple[str, ...]
    error: str
    attempts: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


def job_for(subject: str, job: Job) -> JobView | None:
    """The newest job of that name on ``subject``, or None."""
    row = JobRow.objects.filter(subject=subject, name=job).order_by("-created_at").first()
    if row is None:
        return None
    return JobView(
        id=row.id,
        name=row.name,
        status=row.status,
        steps=tuple(row.steps),
        error=row.error,
        attempts=row.attempts,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def is_asked_for(key: str) -> bool:
    """Whether a job was asked for under that key, whatever has become of it."""
    return JobRow.objects.filter(key=key).exists()


def has_open_job(subject: str) -> bool:
    """Whether any work on ``subject`` waits or is under way."""
    return JobRow.objects.filter(subject=subject, status__in=OPEN).exists()


def finished_at(job_ids: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """When each of these jobs was over; those that are still open, or unknown, are left out."""
    rows = JobRow.objects.filter(id__in=list(job_ids)).values_list("id", "finished_at")
    return {job_id: at for job_id, at in rows if at is not None}


def lock_job(job_id: UUID) -> None:
    """Hold the job's row until the transaction ends, so that what it does once is done once."""
    JobRow.objects.select_for_update(no_key=True).filter(id=job_id).first()
