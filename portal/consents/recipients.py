"""Who of an organisation is written to: its live members who may do a thing."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.models import Membership, User
from portal.accounts.permissions import PERMISSIONS, Permission


def people_who_may(permission: Permission, *, organisation_id: UUID) -> list[User]:
    """Everybody there with an active account whose role has the permission."""
    roles = [role for role, may in PERMISSIONS.items() if permission in may]
    members = Membership.objects.live().filter(
        organisation_id=organisation_id, role__in=roles, user__is_active=True
    )
    return [member.user for member in members.select_related("user")]
