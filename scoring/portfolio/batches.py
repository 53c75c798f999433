"""How a run is cut up: batches that one job each works off, a few of them asked for ahead.

Every batch asks for a later one as it begins. So as many run as there are workers, and a score
that somebody waits for never stands behind more than the few that are ahead.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from portal.core.jobs import Job
from portal.core.months import Month
from portal.jobs.enqueue import enqueue
from scoring.portfolio.models import PortfolioRun

BATCH: Final = 50
AHEAD: Final = 4
_USES: Final = UUID("5f0a6d0e-6f6b-4e0e-9a53-2f9f4c1f7b10")


def use_of(consent_id: UUID, month: Month) -> UUID:
    """The job under which the gate counts the one use of a consent for this month."""
    return uuid5(_USES, f"{consent_id}|{month}")


def number_of_batches(consents: int) -> int:
    """How many batches so many items make."""
    return -(-consents // BATCH)


def key_of(run: PortfolioRun, batch: int) -> str:
    """What makes asking for a batch idempotent."""
    return f"{run.ref}:{batch}"


def enqueue_batch(run: PortfolioRun, batch: int) -> None:
    """Ask for a batch, in the caller's transaction; nothing where there is no such batch."""
    if batch < number_of_batches(run.consents):
        enqueue(
            Job.RESCORE_PORTFOLIO,
            subject=run.ref,
            payload={"batch": batch},
            key=key_of(run, batch),
        )
