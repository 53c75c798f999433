"""Jobs of this room."""

from __future__ import annotations

from celery import shared_task

from portal.applications.advance_application import advance_application
from portal.applications.erase_case_texts import erase_case_texts
from portal.applications.expire_offers import expire_offers
from portal.applications.offer_queries import countersigned_in
from portal.applications.queries import applications_under
from portal.applications.remind_of_offers import remind_of_offers
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.settle_agreement import settle_agreement
from portal.applications.sweep_documents import sweep_documents
from portal.core.actor import SystemActor
from portal.core.jobs import Job, Retry
from portal.jobs.registry import JobRun, handles

LOOK_AGAIN_SECONDS = 30


@shared_task(name="applications.sweep_documents")  # type: ignore[untyped-decorator] # no types
def sweep() -> None:
    """Remove files whose transaction failed after they were written."""
    sweep_documents()


@shared_task(name="applications.expire_offers")  # type: ignore[untyped-decorator] # no types
def end_offers() -> None:
    """End the offers that have run out, a batch at a time."""
    while expire_offers(SystemActor("applications")):
        pass


@shared_task(name="applications.remind_of_offers")  # type: ignore[untyped-decorator] # no types
def remind() -> None:
    """Write to firms whose offers end soon."""
    remind_of_offers(SystemActor("applications"))


@shared_task(name="applications.erase_case_texts")  # type: ignore[untyped-decorator] # no types
def forget() -> None:
    """Erase what no longer has to be kept, a batch at a time."""
    while erase_case_texts(SystemActor("applications")):
        pass


@handles(Job.ADVANCE_APPLICATION)
def advance(run: JobRun) -> None:
    """Move the application on, or those under a consent that moved (subject ``consent:…``).

    A watching job comes back while something is awaited.
    """
    actor, subjects = SystemActor("applications"), [run.subject_id]
    if run.subject.startswith("consent:"):
        subjects = applications_under(run.subject_id)
    settled = [advance_application(actor, application_id=found) for found in subjects]
    if run.payload.get("watch") and not all(settled):
        raise Retry(LOOK_AGAIN_SECONDS, "still waiting for records or score")


@handles(Job.SETTLE_ACCEPTANCE)
def settle(run: JobRun) -> None:
    """Carry out what firm and bank signed (subject ``funding:…``); again does nothing."""
    actor = SystemActor("applications")
    settle_acceptance(actor, funding_id=run.subject_id)
    for application_id in countersigned_in(run.subject_id):
        settle_agreement(actor, application_id=application_id)
