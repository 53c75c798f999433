"""Asking for work: a row in the caller's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connections, transaction
from django.utils import timezone

from portal.core.jobs import Job
from portal.jobs.models import JobRow

CHANNEL = "taxbridge_jobs"


def enqueue(
    job: Job,
    *,
    subject: str,
    payload: Mapping[str, object] | None = None,
    key: str | None = None,
    delay: timedelta = timedelta(0),
    using: str = "default",
) -> UUID:
    """Ask for ``job`` on ``subject`` and return its id.

    The row is written in the caller's transaction: it exists if and only if the fact that caused
    it does. A second call with the same ``key`` adds nothing and returns the first one's id.
    Refuses to run outside a transaction.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("enqueue() belongs inside a transaction.")
    row = JobRow(
        id=uuid4(),
        name=job,
        queue=job.queue,
        subject=subject,
        payload=dict(payload or {}),
        key=key,
        due_at=timezone.now() + delay,
    )
    # ON CONFLICT DO NOTHING waits for a concurrent twin to commit, so the look-up below sees it.
    JobRow.objects.using(using).bulk_create([row], ignore_conflicts=key is not None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, row.queue])
    if key is None:
        return row.id
    return JobRow.objects.using(using).values_list("id", flat=True).get(key=key)
