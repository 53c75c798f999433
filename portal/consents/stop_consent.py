"""Withdrawing a consent: no signature, no reason, and it holds at once."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.permissions import Permission, require
from portal.consents.queries import consent_for
from portal.consents.stopping import Stop, stop
from portal.consents.transitions import ConsentState
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


def stop_consent(actor: Actor, *, consent_id: UUID, keeps_records: bool = False) -> None:
    """Withdraw a consent, end its readers, have the tax authority told and the records erased.

    With ``keeps_records`` they stay, sealed and readable to nobody, for the storage time that was
    signed: a new consent would still have to fetch its own.
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
    stop(actor, consent, Stop.WITHDRAW, keeps_records=keeps_records)
