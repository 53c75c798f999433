"""From the job table to the broker, and back when the broker or a worker lost something."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.jobs.lease import MAX_ATTEMPTS
from portal.jobs.models import JobRow, JobStatus

log = logging.getLogger(__name__)

BATCH = 200
# A message that no worker picked up in this time is sent again; take() drops the duplicates. Each
# time twice as long: in a backlog nothing is lost, and sending all of it again makes it longer.
DELIVERY_PATIENCE = timedelta(seconds=20)
MOST_DOUBLINGS = 6

Send = Callable[[UUID, str], None]


def dispatch_due(send: Send) -> int:
    """Send every due job to its queue and mark it sent; returns how many.

    The mark is committed only after the broker accepted the message, so a crash in between sends
    twice and loses nothing.
    """
    with transaction.atomic():
        rows = list(
            JobRow.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(status=JobStatus.QUEUED, due_at__lte=timezone.now())
            .order_by("due_at")[:BATCH]
        )
        for row in rows:
            send(row.id, row.queue)
        JobRow.objects.filter(id__in=[row.id for row in rows]).update(
            status=JobStatus.DISPATCHED, dispatched_at=timezone.now(), sends=F("sends") + 1
        )
    return len(rows)


def sweep() -> int:
    """Put back what was sent but never begun, and what a dead worker left; returns how many.

    A job whose worker died at its last allowed attempt is failed, loudly.
    """
    now = timezone.now()
    unheard = Q(status=JobStatus.DISPATCHED) & _waited_too_long(now)
    abandoned = Q(status=JobStatus.RUNNING, leased_until__lt=now)
    failed = JobRow.objects.filter(abandoned, attempts__gte=MAX_ATTEMPTS).update(
        status=JobStatus.FAILED,
        error="The worker died at the last allowed attempt.",
        finished_at=now,
        lease=None,
        leased_until=None,
    )
    if failed:
        log.error("%s job(s) failed: their worker died at the last attempt", failed)
    return JobRow.objects.filter(unheard | abandoned).update(
        status=JobStatus.QUEUED,
        lease=None,
        leased_until=None,
        dispatched_at=None,
    )


def _waited_too_long(now: datetime) -> Q:
    """By how often a job was sent: longer each time, up to about twenty minutes."""
    waits = Q()
    for doublings in range(MOST_DOUBLINGS + 1):
        least, most = (doublings + 1 if doublings else 0), doublings + 1
        sent = Q(sends__gte=least) if doublings == MOST_DOUBLINGS else Q(sends__range=(least, most))
        waits |= sent & Q(dispatched_at__lt=now - DELIVERY_PATIENCE * 2**doublings)
    return waits
