"""The job table: work asked for inside a business transaction, so that it cannot be lost."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.core.jobs import Job, Queue


class JobStatus(models.TextChoices):
    QUEUED = "queued"
    DISPATCHED = "dispatched"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = (JobStatus.QUEUED, JobStatus.DISPATCHED, JobStatus.RUNNING)


class JobRow(models.Model):
    """One piece of work. ``key`` makes asking idempotent; the lease says who works on it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=60, choices=[(job.value, job.value) for job in Job])
    queue = models.CharField(max_length=20, choices=[(queue.value, queue.value) for queue in Queue])
    subject = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    # NULL, not "": many jobs have no key, and only NULLs are no duplicates of each other.
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001
    status = models.CharField(max_length=12, choices=JobStatus.choices, default=JobStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    dispatched_at = models.DateTimeField(null=True)
    sends = models.PositiveSmallIntegerField(default=0)  # to the broker, since it was last begun
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    steps = models.JSONField(default=list)
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "jobs_job"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="jobs_job_lease_while_running",
                condition=~Q(status="running") | Q(lease__isnull=False, leased_until__isnull=False),
            ),
            models.CheckConstraint(
                name="jobs_job_status_known", condition=Q(status__in=JobStatus.values)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="jobs_job_open",
                condition=Q(status__in=["queued", "dispatched", "running"]),
            ),
            models.Index(fields=["subject", "name", "created_at"], name="jobs_job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject} ({self.status})"
