"""Jobs of this room."""

from __future__ import annotations

from celery import shared_task

from portal.applications.monitoring import standing_monitoring
from portal.consents.stopping import Stop, stop
from portal.core.actor import SystemActor
from portal.core.jobs import Job, Retry
from portal.jobs.registry import JobRun, handles
from portal.servicing.begin_loan import begin_loan
from portal.servicing.close_loan import close_loan
from portal.servicing.loans import today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.moving import move_money
from portal.servicing.open_loan import open_loan
from portal.servicing.remind_of_payments import remind_of_payments
from portal.servicing.resume_loans import resume_loans
from portal.servicing.waiting import agreements_to_open

ACTOR = SystemActor("servicing")
CLOSE_AGAIN = 60.0


@shared_task(name="servicing.open_loans")  # type: ignore[untyped-decorator] # no types
def open_loans() -> None:
    """Open the loans of agreements that nobody can go back on any more."""
    for application_id in agreements_to_open():
        open_loan(ACTOR, application_id=application_id)


@shared_task(name="servicing.run_day")  # type: ignore[untyped-decorator] # no types
def run_day() -> None:
    """Collect what has fallen due, and say what will; broken off, it goes on where it was."""
    while look_at_loans(ACTOR, day=today()):
        pass
    while remind_of_payments(ACTOR, day=today()):
        pass


@shared_task(name="servicing.resume")  # type: ignore[untyped-decorator] # no types
def resume() -> None:
    """Go on with what lost its job."""
    resume_loans(ACTOR)


@handles(Job.MOVE_MONEY)
def move(run: JobRun) -> None:
    """One order (subject ``order:…``)."""
    move_money(run)


@handles(Job.BEGIN_LOAN)
def begin(run: JobRun) -> None:
    """After the payout (subject ``loan:…``)."""
    begin_loan(ACTOR, loan_id=run.subject_id)


@handles(Job.CLOSE_LOAN)
def close(run: JobRun) -> None:
    """After the last payment (subject ``loan:…``)."""
    if close_loan(ACTOR, loan_id=run.subject_id) is None:
        raise Retry(CLOSE_AGAIN, "money of the firm's is on its way back")


@handles(Job.END_MONITORING)
def unwatch(run: JobRun) -> None:
    """After the closing (subject ``application:…``): what was allowed for this loan ends with it.

    Each stop is a transaction of its own, ends readers, and has the records erased.
    """
    for consent in standing_monitoring(run.subject_id):
        stop(ACTOR, consent, Stop.RELEASE)
