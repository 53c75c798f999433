"""Running the intake worker's handlers in this process, with that worker's log-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import connections

from portal.core.jobs import Job
from portal.jobs.registry import JobRun


@dataclass
class Steps:
    """The steps that a job has shown; raises KeyboardInterrupt at ``dies_at``."""

    seen: list[str] = field(default_factory=list)
    dies_at: str = ""

    def mark(self, step: str) -> None:
        if step == self.dies_at:
            raise KeyboardInterrupt
        self.seen.append(step)


@contextmanager
def as_intake() -> Iterator[None]:
    """The intake worker's ``default`` is its own log-in."""
    web = connections["default"]
    connections["default"] = connections["intake"]
    try:
        yield
    finally:
        connections["default"] = web


def run_of(consent: UUID, steps: Steps, *, job: Job = Job.FETCH_TAX_DATA) -> JobRun:
    """One attempt at fetching under a consent, or at telling the authority of its end."""
    is_fetch = job == Job.FETCH_TAX_DATA
    return JobRun(
        id=uuid4(),
        name=job,
        subject=f"application:{uuid4()}" if is_fetch else f"consent:{consent}",
        payload={"consent": str(consent)},
        attempt=1,
        mark=steps.mark,
    )
