"""Withdrawing a consent with the link that its notice carries, without signing in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from portal.consents.queries import ConsentView, consent_of
from portal.consents.stopping import Stop, stop
from portal.core.actor import SystemActor
from portal.core.errors import NotFound

# Whoever holds the link: the ledger doesn't claim to know who that was.
LINK_HOLDER: Final = SystemActor("stop_link")


def consent_behind_link(consent_id: UUID) -> ConsentView:
    """The consent as it stands now, for whoever holds its link. Refuses (NotFound) an unknown."""
    consent = consent_of(consent_id)
    if consent is None:
        raise NotFound(code="consent_missing")
    return consent


def stop_by_link(*, consent_id: UUID) -> ConsentView:
    """Withdraw the consent whose link somebody holds; one that has ended stays as it is.

    Never keeps records. Refuses (NotFound) an unknown consent. Returns it as it stands then.
    """
    consent = consent_behind_link(consent_id)
    if consent.is_stoppable:
        stop(LINK_HOLDER, consent, Stop.WITHDRAW)
    return consent_behind_link(consent_id)
