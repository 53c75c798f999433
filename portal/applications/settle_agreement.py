"""What a bank signed at the signer is carried out: the agreement stands."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.access import lock_for_worker
from portal.applications.agreements import agreed
from portal.applications.models import BankSignature, Offer
from portal.applications.telling import tell_firm
from portal.applications.transitions import Status
from portal.core.actor import SystemActor


@transaction.atomic(durable=True)
def settle_agreement(actor: SystemActor, *, application_id: UUID) -> bool:
    """Put down that both sides have signed; the firm is told.

    Returns whether anything moved: nothing does a second time, without a signature, before the
    acceptance is carried out, or once the firm has gone back on it. Refuses (RuleBroken) a
    signature that the signer did not make under this very agreement.
    """
    application = lock_for_worker(application_id)
    found = BankSignature.objects.filter(offer__application_id=application_id).first()
    if found is None or application.status != Status.ACCEPTED:
        return False
    agreed(found)
    application.status = Status.AGREEMENT_SIGNED
    application.save(update_fields=["status"])
    offer = Offer.objects.get(id=found.offer_id)
    record(
        EventKind.AGREEMENT_SIGNED,
        actor=actor.ref,
        subject=application.ref,
        payload={"offer": str(offer.id), "offer_sha256": offer.sha256},
    )
    tell_firm(application, "agreement_signed")
    return True
