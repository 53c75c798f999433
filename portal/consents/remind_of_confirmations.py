"""A week before consents end unconfirmed by a new legal representative, everybody is told."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.consents.confirmation_notices import tell_bank, tell_firm_of_waiting
from portal.consents.confirmations import REMIND, Unconfirmed, unconfirmed_before
from portal.core.actor import SystemActor


@transaction.atomic(durable=True)
def remind_of_confirmations(actor: SystemActor) -> int:
    """Remind firms and banks once for each deadline; how many consents wait so long already."""
    by_firm: dict[UUID, list[Unconfirmed]] = defaultdict(list)
    for consent in unconfirmed_before(timezone.now() + REMIND):
        by_firm[consent.firm_id].append(consent)
        once = f"confirm-soon:{consent.consent_id}:{consent.confirm_by:%Y-%m-%d}"
        tell_bank(consent, message="consent_waits_still", once=once)
    for firm_id, waiting in by_firm.items():
        once = f"confirm-soon:{firm_id}:{waiting[0].confirm_by:%Y-%m-%d}"
        tell_firm_of_waiting(firm_id, waiting, message="confirm_soon", once=once)
    return sum(map(len, by_firm.values()))
