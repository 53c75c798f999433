"""A bank's person proposes new terms and a new policy."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.products.access import lock_product
from portal.products.models import ProductVersion, VersionStatus
from portal.products.terms import VersionContent, digest_of
from portal.products.version_event import record_version
from portal.products.version_rules import check_version


@transaction.atomic(durable=True)
def propose_product_version(
    actor: Actor, *, product_id: UUID, content: VersionContent
) -> ProductVersion:
    """Put a version before a second person, recorded with its hash; nothing is in force yet.

    NotAllowed for anybody but a bank's staff, NotFound for another bank's product, RuleBroken while
    another version waits, for terms that no firm could be shown, for a policy with a flaw, and for
    approvals beyond the terms.
    """
    require(actor, Permission.PRODUCT_PROPOSE)
    product = lock_product(actor, product_id)
    if product.versions.filter(status=VersionStatus.PROPOSED).exists():
        raise RuleBroken(
            _("Another version waits for a decision: it has to be decided first."),
            code="version_waits",
        )
    check_version(content, categories=product.categories)
    number = product.versions.count() + 1
    document = content.document(product_ref=product.ref, number=number)
    version = ProductVersion.objects.create(
        product=product,
        number=number,
        document=document,
        sha256=digest_of(document),
        proposed_by=actor.person_id,
    )
    record_version(EventKind.PRODUCT_VERSION_PROPOSED, actor, version)
    return version
