"""A model can't be used as it was approved: nobody is scored, and somebody has to look."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def doubt_model(_actor: SystemActor, *, why: str) -> None:
    """Ask for an incident, at most once an hour for each reason."""
    reason = hashlib.sha256(why.encode()).hexdigest()[:16]
    enqueue(
        Job.DOUBT_MODEL,
        subject="scoring:model",
        payload={"why": why[:200]},
        key=f"model:{reason}:{timezone.now():%Y-%m-%dT%H}",
    )
