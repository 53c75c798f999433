"""Withdrawing a consent: no signature, no reason, and it holds at once."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.permissions import Permission, require
from portal.consents.queries import consent_for
from portal.consents.stopping import Stop, stop
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


def stop_consent(actor: Actor, *, consent_id: UUID) -> None:
    """Withdraw a consent, end its readers, and have the tax authority told.

    Effective for the next statement of every reader; a result that was being published either
    committed before or will not. Asked again, it changes nothing. Refuses (NotFound) a consent
    not visible to the actor, (InvalidTransition) one that has expired.
    """
    require(actor, Permission.CONSENT_STOP)
    consent = consent_for(actor, consent_id)
    if consent.state == ConsentState.WITHDRAWN:
        return
    if not consent.is_stoppable:
        raise InvalidTransition(code=f"consent_{consent.state}")
    stop(actor, consent, Stop.WITHDRAW)
