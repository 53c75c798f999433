"""The firm says where the money of an offer is to go, before it signs."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.disbursement import Disbursement, check_disbursement
from portal.applications.models import Acceptance, Offer, PayoutPlace
from portal.applications.offer_queries import offer_for
from portal.applications.transitions import Status
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


@transaction.atomic(durable=True)
def name_account(actor: Actor, *, offer_id: UUID, place: Disbursement) -> Offer:
    """Keep where the loan is to be paid out to; named again before it is signed, the last counts.

    What counts afterwards is what the signer signed, not this row. NotAllowed for a read-only role,
    NotFound for another firm's offer, InvalidTransition for one that no longer waits, RuleBroken
    for a number or a payee that can't be one.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    offer = offer_for(actor, offer_id)
    application = lock_application(actor, offer.application_id)
    is_taken = Acceptance.objects.filter(funding_id=application.funding_id).exists()
    if application.status != Status.OFFERED or is_taken:
        raise InvalidTransition(code="offer_accepted" if is_taken else "offer_closed")
    check_disbursement(place)
    PayoutPlace.objects.update_or_create(offer=offer, defaults={"place": place.frozen()})
    return offer
