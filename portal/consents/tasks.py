"""Jobs of this room, on the default queue."""

from __future__ import annotations

from celery import shared_task

from portal.consents.event_notices import tell_firm_of_event
from portal.consents.events_told import Told
from portal.consents.notices import tell_firm_of_end
from portal.consents.remind_of_ends import remind_of_ends
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles


@handles(Job.TELL_CONSENT_ENDED)
def tell_ended(run: JobRun) -> None:
    """Write to the firm's people that a consent has ended, and where its receipt is."""
    tell_firm_of_end(run.subject_id)


@handles(Job.TELL_CONSENT_EVENT)
def tell_event(run: JobRun) -> None:
    """Write to the firm's people that a consent was paused or resumed, or its records erased."""
    tell_firm_of_event(run.subject_id, what=Told(str(run.payload["what"])), once=str(run.id))


@shared_task(name="consents.remind_of_ends")  # type: ignore[untyped-decorator] # no types
def remind_of_expiries() -> None:
    """Write to firms and banks whose consents run out soon."""
    remind_of_ends(SystemActor("consents"))
