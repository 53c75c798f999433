"""Jobs of this room, on the default queue."""

from __future__ import annotations

from portal.consents.notices import tell_firm_of_end
from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles


@handles(Job.TELL_CONSENT_ENDED)
def tell_ended(run: JobRun) -> None:
    """Write to the firm's people that a consent has ended, and where its receipt is."""
    tell_firm_of_end(run.subject_id)
