"""Versions in every state, reached through use cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.core.actor import Actor
from portal.products.approve_product_version import approve_product_version
from portal.products.models import Product, ProductVersion
from portal.products.policy.table import Table
from portal.products.propose_product_version import propose_product_version
from portal.products.queries import version_in_force
from portal.products.terms import Automation, VersionContent
from tests.products.tables import SOUND

AUTOMATION = Automation(approve_up_to_fen=50_000_000, decline_up_to_fen=20_000_000)


def content_for(
    product: Product,
    *,
    table: Table = SOUND,
    automation: Automation = AUTOMATION,
    **terms: Any,
) -> VersionContent:
    """The terms in force with changes, and a policy that may act up to 500,000 yuan."""
    return VersionContent(
        terms=replace(version_in_force(product.id).content.terms, **terms),
        automation=automation,
        table=table,
    )


def proposed(actor: Actor, product: Product, **changes: Any) -> ProductVersion:
    """A version that waits for its second person."""
    return propose_product_version(
        actor, product_id=product.id, content=content_for(product, **changes)
    )


def in_force(actor: Actor, second: Actor, product: Product, **changes: Any) -> ProductVersion:
    """Proposed by one, put in force by the other."""
    version = proposed(actor, product, **changes)
    return approve_product_version(second, version_id=version.id)
