"""A firm begins to apply for a product."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications.models import FundingRequest, LoanApplication
from portal.applications.transitions import Status
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.products.queries import product_for


@transaction.atomic(durable=True)
def start_application(actor: Actor, *, product_id: UUID) -> LoanApplication:
    """Open a draft for a product, or go on with the one that the firm has.

    NotAllowed for a read-only role; NotFound without a firm, or for a product that is not active.
    """
    require(actor, Permission.APPLICATION_EDIT)
    firm_id = actor.organisation_id
    if actor.organisation_kind is not OrganisationKind.FIRM or firm_id is None:
        raise NotFound(code="firm_not_found")
    product = product_for(product_id)
    mine = {"firm_id": firm_id, "product": product, "status": Status.DRAFT}
    draft = LoanApplication.objects.filter(**mine).first()
    if draft is None:
        funding = FundingRequest.objects.create(firm_id=firm_id)
        draft, _created = LoanApplication.objects.get_or_create(
            **mine, defaults={"bank_id": product.bank_id, "funding": funding}
        )
    return draft
