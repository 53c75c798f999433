"""Reading versions of products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from portal.accounts.models import User
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.paging import PAGE_SIZE, Page
from portal.products.access import own_product, own_version
from portal.products.models import Product, ProductVersion, VersionStatus

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """A line of the bank's list: the version in force, and the one that waits."""

    product: Product
    in_force: ProductVersion
    proposed: ProductVersion | None


def version_in_force(product_id: UUID) -> ProductVersion:
    """The one version that rules now; every product has one."""
    return ProductVersion.objects.get(product_id=product_id, status=VersionStatus.IN_FORCE)


def versions_in_force(product_ids: Iterable[UUID]) -> dict[UUID, ProductVersion]:
    """The versions in force by product, in one query."""
    found = ProductVersion.objects.filter(
        product_id__in=list(product_ids), status=VersionStatus.IN_FORCE
    )
    return {version.product_id: version for version in found}


def products_of_bank(actor: Actor, *, after: UUID | None = None) -> Page[OwnProduct]:
    """The bank's products by name, in two queries; NotAllowed for anybody but its staff."""
    require(actor, Permission.PRODUCT_VIEW)
    own = Product.objects.visible_to(actor).order_by("name", "id")
    last = own.filter(id=after).first() if after is not None else None
    if last is not None:
        own = own.filter(name__gt=last.name)
    rows = list(own[: PAGE_SIZE + 1])
    lines = _lines(rows[:PAGE_SIZE])
    return Page(rows=lines, after=rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None)


def versions_of(actor: Actor, product_id: UUID) -> tuple[Product, list[ProductVersion]]:
    """A product of the bank and its versions, newest first; NotFound for another bank's."""
    require(actor, Permission.PRODUCT_VIEW)
    product = own_product(actor, product_id)
    return product, list(_of(product).order_by("-number"))


def version_for(actor: Actor, version_id: UUID) -> ProductVersion:
    """One version of a product of the bank; NotFound for another bank's."""
    require(actor, Permission.PRODUCT_VIEW)
    return own_version(actor, version_id)


def people_behind(version: ProductVersion) -> dict[str, str]:
    """Names of who proposed it and who decided, by the field; empty for the operator's own."""
    who = {name: getattr(version, name) for name in ("proposed_by", "decided_by")}
    names = dict(User.objects.filter(id__in=who.values()).values_list("id", "real_name"))
    return {name: names.get(person_id, "") for name, person_id in who.items()}


def _of(product: Product) -> QuerySet[ProductVersion]:
    return ProductVersion.objects.filter(product=product)


def _lines(products: list[Product]) -> tuple[OwnProduct, ...]:
    open_ones = ProductVersion.objects.filter(
        product__in=products, status__in=[VersionStatus.IN_FORCE, VersionStatus.PROPOSED]
    )
    by_place = {(version.product_id, version.status): version for version in open_ones}
    return tuple(
        OwnProduct(
            product=product,
            in_force=by_place[product.id, VersionStatus.IN_FORCE],
            proposed=by_place.get((product.id, VersionStatus.PROPOSED)),
        )
        for product in products
    )
