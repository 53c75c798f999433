"""A bank gives a consent back: it no longer needs the data."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.permissions import Permission, require
from portal.consents.queries import consent_for
from portal.consents.stopping import Stop, stop
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


def release_consent(actor: Actor, *, consent_id: UUID) -> None:
    """End a consent from the bank's side, with all that a withdrawal does.

    Asked again, it changes nothing. Refuses (NotFound) a consent not visible to the actor,
    (InvalidTransition) one that is over for another reason.
    """
    require(actor, Permission.CONSENT_RELEASE)
    consent = consent_for(actor, consent_id)
    if consent.state == ConsentState.WITHDRAWN:
        return
    if not consent.is_stoppable:
        raise InvalidTransition(code=f"consent_{consent.state}")
    stop(actor, consent, Stop.RELEASE)
