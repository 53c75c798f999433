"""The bank signs the agreement on an offer that its firm has accepted."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.accounts.step_up import require_fresh
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication, Offer
from portal.applications.telling import tell_firm
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor


@transaction.atomic(durable=True)
def sign_agreement(actor: Actor, *, application_id: UUID) -> LoanApplication:
    """Put down that the bank signed, on the terms of the accepted offer; the firm is told.

    NotAllowed for anybody but the bank's staff, and for a second factor not shown just now,
    NotFound for another bank's case, InvalidTransition unless its offer is accepted.
    """
    require(actor, Permission.APPLICATION_DECIDE)
    require_fresh(actor)
    application = lock_application(actor, application_id)
    check_move(application.status, Status.AGREEMENT_SIGNED)
    application.status = Status.AGREEMENT_SIGNED
    application.save(update_fields=["status"])
    offer = Offer.objects.get(application=application)
    record(
        EventKind.AGREEMENT_SIGNED,
        actor=actor.ref,
        subject=application.ref,
        payload={"offer": str(offer.id), "offer_sha256": offer.sha256},
    )
    tell_firm(application, "agreement_signed")
    return application
