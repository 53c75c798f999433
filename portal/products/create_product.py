"""The operator puts a bank's product on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.models import Organisation
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor, OrganisationKind, SystemActor
from portal.core.errors import NotFound
from portal.products.models import Product, ProductVersion, VersionStatus
from portal.products.rules import ProductBounds, ProductTexts, check_product
from portal.products.terms import Terms, VersionContent, digest_of
from portal.products.version_rules import HIGHEST_PENALTY_MARKUP_BP


@transaction.atomic(durable=True)
def create_product(
    actor: Actor | SystemActor,
    *,
    bank_id: UUID,
    texts: ProductTexts,
    bounds: ProductBounds,
    categories: Sequence[str] = ("vat_invoices",),
) -> Product:
    """Offer a new product, recorded; one the bank already has under this name comes back unchanged.

    Its first version is in force and refers every case to an officer: what a policy may decide by
    itself takes two people of the bank.

    NotAllowed for a person who doesn't run an organisation of the operator; NotFound unless
    ``bank_id`` is a bank; RuleBroken for an empty text, an amount, term or rate out of
    order, and months that no score looks at.
    """
    if isinstance(actor, Actor):
        require(actor, Permission.ORGANISATION_ADMIN)
        if actor.organisation_kind is not OrganisationKind.OPERATOR:
            raise NotFound(code="bank_not_found")
    bank = Organisation.objects.filter(id=bank_id, kind=OrganisationKind.BANK).first()
    if bank is None:
        raise NotFound("There is no such bank.", code="bank_not_found")
    check_product(texts, bounds)
    product, created = Product.objects.get_or_create(
        bank=bank,
        name=texts.name,
        defaults={
            "name_zh": texts.name_zh,
            "summary": texts.summary,
            "summary_zh": texts.summary_zh,
            "min_amount_fen": bounds.min_amount_fen,
            "max_amount_fen": bounds.max_amount_fen,
            "terms_months": sorted(bounds.terms_months),
            "annual_rate_bp": bounds.annual_rate_bp,
            "categories": list(categories),
            "months_needed": bounds.months_needed,
        },
    )
    if created:
        _record(actor, product, _first_version(product))
    return product


def _first_version(product: Product) -> ProductVersion:
    content = VersionContent(
        Terms(
            min_amount_fen=product.min_amount_fen,
            max_amount_fen=product.max_amount_fen,
            terms_months=tuple(product.terms_months),
            annual_rate_bp=product.annual_rate_bp,
            categories=tuple(product.categories),
            months_needed=product.months_needed,
            penalty_markup_bp=HIGHEST_PENALTY_MARKUP_BP,
        )
    )
    document = content.document(product_ref=product.ref, number=1)
    return ProductVersion.objects.create(
        product=product,
        number=1,
        document=document,
        sha256=digest_of(document),
        status=VersionStatus.IN_FORCE,
    )


def _record(actor: Actor | SystemActor, product: Product, version: ProductVersion) -> None:
    record(
        EventKind.PRODUCT_CREATED,
        actor=actor.ref,
        subject=product.ref,
        payload={
            "bank": str(product.bank_id),
            "min_amount_fen": product.min_amount_fen,
            "max_amount_fen": product.max_amount_fen,
            "annual_rate_bp": product.annual_rate_bp,
            "version_sha256": version.sha256,
        },
    )
