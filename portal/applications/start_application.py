"""A firm begins to apply for a product."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications.funding_drafts import drafts_for, lock_starts, new_draft
from portal.applications.models import FundingRequest, LoanApplication
from portal.core.actor import Actor
from portal.products.queries import product_for


@transaction.atomic(durable=True)
def start_application(actor: Actor, *, product_id: UUID) -> LoanApplication:
    """Open a draft for a product, or go on with the one that the firm has.

    NotAllowed for a read-only role; NotFound without a firm, or for a product that is not active.
    """
    require(actor, Permission.APPLICATION_EDIT)
    firm_id = lock_starts(actor)
    product = product_for(product_id)
    for draft in drafts_for(firm_id, [product]):
        return draft
    return new_draft(FundingRequest.objects.create(firm_id=firm_id), product)
