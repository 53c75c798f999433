"""The authority's list of ended mandates can't be believed: somebody has to look, soon."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.consents.mandate_ends import last_serial
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


@transaction.atomic(durable=True)
def doubt_mandate_list(_actor: SystemActor, *, code: str) -> None:
    """Ask for an incident, at most once an hour for each ``code``; the list stands still meanwhile.

    Whoever has left a firm goes on acting here until the list can be followed again.
    """
    after = last_serial()
    enqueue(
        Job.DOUBT_MANDATES,
        subject="authority:mandates",
        payload={"after": after, "code": code},
        key=f"mandates:{after}:{code}:{timezone.now():%Y-%m-%dT%H}",
    )
