"""A second person turns a version down."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from portal.core.actor import Actor
from portal.products.models import ProductVersion, VersionStatus
from portal.products.version_decision import close, version_to_decide
from portal.products.version_event import record_version


@transaction.atomic(durable=True)
def reject_product_version(actor: Actor, *, version_id: UUID) -> ProductVersion:
    """Turn a proposed version down; the one in force stays.

    NotAllowed for anybody but a bank's approver and for the one who proposed it, NotFound for
    another bank's, InvalidTransition once it is decided.
    """
    version = version_to_decide(actor, version_id)
    close(actor, version, VersionStatus.REJECTED)
    record_version(EventKind.PRODUCT_VERSION_REJECTED, actor, version)
    return version
