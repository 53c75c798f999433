"""Jobs of this room."""

from __future__ import annotations

from portal.applications.advance_application import advance_application
from portal.core.actor import SystemActor
from portal.core.jobs import Job, Retry
from portal.jobs.registry import JobRun, handles

LOOK_AGAIN_SECONDS = 30


@handles(Job.ADVANCE_APPLICATION)
def advance(run: JobRun) -> None:
    """Move the application on; a watching job comes back while something is awaited."""
    is_settled = advance_application(SystemActor("applications"), application_id=run.subject_id)
    if run.payload.get("watch") and not is_settled:
        raise Retry(LOOK_AGAIN_SECONDS, "still waiting for records or score")
