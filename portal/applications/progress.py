"""The named steps between sending an application and its review, from the jobs that do them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.applications.models import LoanApplication
from portal.applications.transitions import Status
from portal.core.jobs import Job
from portal.jobs.queries import JobView, job_for

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Step = dict[str, "StrPromise | str"]
AT_WORK = frozenset({Status.SUBMITTED, Status.SCORING})
SCORE_STEPS = ("records_read", "checked", "scored", "recorded")
LABELS: dict[str, StrPromise] = {
    "sent": _("Application sent"),
    "fetched": _("Records fetched from the tax authority"),
    "records_read": _("Records read"),
    "checked": _("Records checked"),
    "scored": _("Score computed"),
    "recorded": _("Score recorded"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """``is_shown`` while there is work to watch; ``is_finished`` when watching is over.

    Each step has a ``label`` and a ``state``: done, now or waiting. ``is_delayed`` when a job
    could not do its work at the first try and will come back to it.
    """

    steps: tuple[Step, ...]
    is_shown: bool
    is_finished: bool
    is_delayed: bool = False


def progress_of(application: LoanApplication) -> Progress:
    """Steps of an application that was sent; nothing for one that no worker is busy with."""
    if application.status not in AT_WORK:
        return Progress(steps=(), is_shown=False, is_finished=True)
    is_fetching = application.status == Status.SUBMITTED
    job = job_for(application.ref, Job.FETCH_TAX_DATA if is_fetching else Job.SCORE_APPLICATION)
    done = {"sent"} if is_fetching else {"sent", "fetched"} | _steps_of(job)
    return Progress(
        steps=tuple(_in_order(done)),
        is_shown=True,
        is_finished=False,
        is_delayed=job is not None and job.is_open and bool(job.error),
    )


def _steps_of(job: JobView | None) -> set[str]:
    return set() if job is None else set(SCORE_STEPS) & set(job.steps)


def _in_order(done: set[str]) -> list[Step]:
    current = next((name for name in LABELS if name not in done), "")
    return [{"label": LABELS[name], "state": _state(name, done, current)} for name in LABELS]


def _state(name: str, done: set[str], current: str) -> str:
    if name in done:
        return "done"
    return "now" if name == current else "waiting"
