"""With the loan ends what was allowed in order to watch over it."""

from __future__ import annotations

from uuid import UUID

from portal.applications.monitoring import standing_monitoring
from portal.consents.stopping import Stop, stop
from portal.core.actor import SystemActor


def end_monitoring(actor: SystemActor, *, application_id: UUID) -> int:
    """Stop the consents that were given to watch over this loan, and say how many there were.

    To be called once the loan's closing has committed, by a job: each stop is a transaction of its
    own, ends readers, and has the records erased. Again it does nothing.
    """
    found = standing_monitoring(application_id)
    for consent in found:
        stop(actor, consent, Stop.RELEASE)
    return len(found)
