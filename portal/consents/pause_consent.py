"""Pausing a consent: stopped until the person resumes it at the signer's origin."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.permissions import Permission, require
from portal.consents.queries import consent_for
from portal.consents.stopping import Stop, stop
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


def pause_consent(actor: Actor, *, consent_id: UUID) -> None:
    """Stop a live consent for the time being; its time runs on, resuming takes a signature.

    Refuses (NotFound) a consent not visible to the actor, (InvalidTransition) one not active.
    """
    require(actor, Permission.CONSENT_STOP)
    consent = consent_for(actor, consent_id)
    if not consent.is_live:
        raise InvalidTransition(code=f"consent_{consent.state}")
    stop(actor, consent, Stop.PAUSE)
