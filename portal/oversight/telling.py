"""Messages about incidents, asked for in the caller's transaction."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.oversight.models import Incident


def tell_overseers(incident: Incident) -> None:
    """Write once to everybody who may report the incident, each in their own language."""
    roles = [role for role, may in PERMISSIONS.items() if Permission.INCIDENT_REPORT in may]
    members = Membership.objects.live().filter(role__in=roles, user__is_active=True)
    for member in members.select_related("user").iterator():
        queue_mail(
            member.user, message="incident_opened", once=incident.ref, incident=str(incident.id)
        )
