"""Which events of a consent's life its firm is written to about, besides its grant and its end."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


class Told(StrEnum):
    """What happened."""

    PAUSED = "paused"
    RESUMED = "resumed"
    ERASED = "erased"


def tell_later(consent_id: UUID, what: Told, *, using: str = "default") -> None:
    """Ask for the message in the transaction of the event."""
    enqueue(
        Job.TELL_CONSENT_EVENT,
        subject=f"consent:{consent_id}",
        payload={"what": what.value},
        using=using,
    )
