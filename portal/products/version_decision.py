"""What approving and rejecting a version have in common."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed
from portal.products.access import lock_version
from portal.products.models import ProductVersion, VersionStatus


def version_to_decide(actor: Actor, version_id: UUID) -> ProductVersion:
    """The waiting version, its product held; the refusals are those of the two use cases."""
    require(actor, Permission.PRODUCT_APPROVE)
    version = lock_version(actor, version_id)
    if version.proposed_by == actor.person_id:
        raise NotAllowed(
            _("You proposed this version: somebody else has to decide on it."), code="own_proposal"
        )
    if version.status != VersionStatus.PROPOSED:
        raise InvalidTransition(_("This version has been decided on."), code="version_decided")
    return version


def close(actor: Actor, version: ProductVersion, status: VersionStatus) -> None:
    """Write down who decided, and how."""
    version.status = status
    version.decided_by = actor.person_id
    version.decided_at = timezone.now()
    version.save(update_fields=["status", "decided_by", "decided_at"])
