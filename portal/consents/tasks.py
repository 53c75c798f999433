"""Jobs of this room, on the default queue."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from celery import shared_task

from portal.consents.confirmation_notices import tell_mandate_ended
from portal.consents.event_notices import tell_firm_of_event
from portal.consents.events_told import Told
from portal.consents.notices import tell_firm_of_end
from portal.consents.remind_of_confirmations import remind_of_confirmations
from portal.consents.remind_of_ends import remind_of_ends
from portal.consents.remind_of_mandates import remind_of_mandates
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles


@shared_task(name="consents.remind_of_confirmations")  # type: ignore[untyped-decorator] # no types
def remind() -> None:
    """Write to firms and banks whose consents will end unconfirmed."""
    remind_of_confirmations(SystemActor("consents"))


@shared_task(name="consents.remind_of_mandates")  # type: ignore[untyped-decorator] # no types
def remind_of_ending_mandates() -> None:
    """Write to people who will soon act for their firm no longer."""
    remind_of_mandates(SystemActor("consents"))


@handles(Job.TELL_MANDATE_ENDED)
def tell_mandate(run: JobRun) -> None:
    """Write to whoever acts no longer for a firm (subject ``firm:…``), and of what waits."""
    tell_mandate_ended(
        run.subject_id,
        people=_ids(run.payload["people"]),
        consents=_ids(run.payload["consents"]),
        message=str(run.payload.get("message", "mandate_ended")),
        once=f"mandate-ended:{run.id}",
    )


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


def _ids(texts: object) -> list[UUID]:
    return [UUID(str(text)) for text in cast("list[object]", texts)]
