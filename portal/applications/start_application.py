"""A firm begins to apply for a product."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications.models import LoanApplication
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
    if actor.organisation_kind is not OrganisationKind.FIRM:
        raise NotFound(code="firm_not_found")
    product = product_for(product_id)
    draft, _created = LoanApplication.objects.get_or_create(
        firm_id=actor.organisation_id,
        product=product,
        status=Status.DRAFT,
        defaults={"bank_id": product.bank_id},
    )
    return draft
