"""A second person puts a version in force."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.products.models import ProductVersion, VersionStatus
from portal.products.terms import VersionContent, digest_of
from portal.products.version_decision import close, version_to_decide
from portal.products.version_event import record_version


@transaction.atomic(durable=True)
def approve_product_version(actor: Actor, *, version_id: UUID) -> ProductVersion:
    """Put a proposed version in force, retire the one before, and show firms its terms.

    NotAllowed for anybody but a bank's approver and for the one who proposed it, NotFound for
    another bank's, InvalidTransition once it is decided, RuleBroken when what is stored is not what
    its hash was taken of.
    """
    version = version_to_decide(actor, version_id)
    content = _unaltered(version)
    product = version.product
    product.versions.filter(status=VersionStatus.IN_FORCE).update(status=VersionStatus.RETIRED)
    close(actor, version, VersionStatus.IN_FORCE)
    product.save(update_fields=product.take_terms(content.terms))
    record_version(EventKind.PRODUCT_VERSION_APPROVED, actor, version)
    return version


def _unaltered(version: ProductVersion) -> VersionContent:
    if digest_of(version.document) != version.sha256:
        raise RuleBroken(
            _("What is stored is not what was proposed: the version can't be put in force."),
            code="version_altered",
        )
    return version.content
