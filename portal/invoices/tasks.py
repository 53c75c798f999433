"""Jobs of this room. The status list is fetched on the intake queue, applied on the default one."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.conf import settings

from portal.core.actor import SystemActor
from portal.core.jobs import Cancelled, Job, Retry
from portal.core.wire import WireRefused, load_public_keys
from portal.invoices import comparing
from portal.invoices.apply_statuses import apply_statuses
from portal.invoices.ask_statuses import ask_statuses
from portal.invoices.erase_files import erase_files
from portal.invoices.keep_statuses import keep_statuses
from portal.jobs.registry import JobRun, handles
from portal.taxdata.connector import AuthorityRefused, Unreachable
from portal.taxdata.tasks import connector

__all__ = ["comparing"]  # what it registers with the scoring job
log = logging.getLogger(__name__)
INTAKE, PORTAL, TIMER = SystemActor("intake"), SystemActor("portal"), SystemActor("timer")
FETCH_EVERY = 900.0
WAIT = 60


@shared_task(name="invoices.ask_statuses")  # type: ignore[untyped-decorator] # no types
def ask_timed_statuses() -> None:
    """One fetch per slot of FETCH_EVERY seconds, however many timers run."""
    ask_statuses(TIMER, slot=str(int(time.time() // FETCH_EVERY)))


@shared_task(name="invoices.erase_files")  # type: ignore[untyped-decorator] # no types
def erase_timed_files() -> None:
    """Erase what has waited too long to be compared."""
    erase_files(TIMER)


@handles(Job.FETCH_INVOICE_STATUSES)
def fetch(run: JobRun) -> None:
    """Fetch, check and keep the list. Cancelled for one that must not be believed."""
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    try:
        keep_statuses(INTAKE, token=connector().invoice_statuses(), keys=keys)
    except (Unreachable, AuthorityRefused) as error:
        raise Retry(WAIT, str(error)) from error
    except WireRefused as error:
        log.error("the authority's status list is refused: %s", error.code)  # noqa: TRY400 -- said whole
        raise Cancelled(error.code) from error


@handles(Job.APPLY_INVOICE_STATUSES)
def apply(run: JobRun) -> None:
    """Bring the attached invoices' statuses up to the newest list."""
    apply_statuses(PORTAL)
