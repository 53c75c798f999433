"""The only ways to one product or version of a bank: same answer for absent and another's."""

from __future__ import annotations

from uuid import UUID

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.products.models import Product, ProductVersion


def own_product(actor: Actor, product_id: UUID) -> Product:
    """A product of the actor's bank; NotFound otherwise."""
    return _present(Product.objects.visible_to(actor).filter(id=product_id).first())


def lock_product(actor: Actor, product_id: UUID) -> Product:
    """As ``own_product``, holding the row until the transaction ends: versions come in turn."""
    visible = Product.objects.visible_to(actor).filter(id=product_id)
    return _present(visible.select_for_update(no_key=True).first())


def own_version(actor: Actor, version_id: UUID) -> ProductVersion:
    """A version of a product of the actor's bank; NotFound otherwise."""
    visible = ProductVersion.objects.visible_to(actor).filter(id=version_id)
    version = visible.select_related("product").first()
    if version is None:
        raise NotFound(code="version_not_found")
    return version


def lock_version(actor: Actor, version_id: UUID) -> ProductVersion:
    """As ``own_version``, with its product held first and then read again."""
    lock_product(actor, own_version(actor, version_id).product_id)
    return own_version(actor, version_id)


def _present(product: Product | None) -> Product:
    if product is None:
        raise NotFound(code="product_not_found")
    return product
