"""Which function does which job; each room's ``tasks.py`` registers its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.core.jobs import Job


@dataclass(frozen=True, slots=True)
class JobRun:
    """One attempt at a job, as its handler sees it."""

    id: UUID
    name: Job
    subject: str
    payload: Mapping[str, object]
    attempt: int
    mark: Callable[[str], None]

    def step(self, name: str) -> None:
        """Make a named step visible to whoever waits, at once; marking it again adds nothing."""
        self.mark(name)

    @property
    def subject_id(self) -> UUID:
        """The id in a subject such as ``application:<uuid>``."""
        return UUID(self.subject.partition(":")[2])


Handler = Callable[[JobRun], None]
_HANDLERS: dict[Job, Handler] = {}


def handles(job: Job) -> Callable[[Handler], Handler]:
    """Register the decorated function for ``job``; a second one for the same job is refused."""

    def register(handler: Handler) -> Handler:
        known = _HANDLERS.get(job)
        if known is not None and known.__module__ != handler.__module__:
            raise ValueError(f"{job} already belongs to {known.__module__}")
        _HANDLERS[job] = handler
        return handler

    return register


def handler_for(job: Job) -> Handler:
    """The handler of ``job``; LookupError when no room has registered one."""
    return _HANDLERS[job]
