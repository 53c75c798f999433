"""Messages about requests for records, asked for in the caller's transaction."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, User
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.disclosure.models import Disclosure


def tell_colleagues(disclosure: Disclosure) -> None:
    """Write to those who may decide: of the same regulator, and not the one who asked."""
    roles = [role for role, may in PERMISSIONS.items() if Permission.ACTIVITY_VIEW in may]
    members = Membership.objects.live().filter(
        organisation_id=disclosure.organisation_id, role__in=roles, user__is_active=True
    )
    others = members.exclude(user_id__in=[disclosure.asked_by, disclosure.person_id])
    for member in others.select_related("user").iterator():
        _write(member.user, disclosure, "disclosure_to_decide")


def tell_asker(disclosure: Disclosure, *, message: str) -> None:
    """Write to the one who asked what became of it."""
    for user in User.objects.filter(id=disclosure.asked_by, is_active=True):
        _write(user, disclosure, message)


def tell_deciders(disclosure: Disclosure) -> None:
    """Write to the two who may download the file."""
    two = [disclosure.asked_by, disclosure.decided_by]
    for user in User.objects.filter(id__in=two, is_active=True):
        _write(user, disclosure, "disclosure_ready")


def tell_party(disclosure: Disclosure) -> None:
    """Write to the person, or to everybody who acts for the organisation."""
    people = User.objects.filter(is_active=True)
    if disclosure.person_id is not None:
        people = people.filter(id=disclosure.person_id)
    else:
        live = Membership.objects.live().filter(organisation_id=str(disclosure.party_id))
        people = people.filter(id__in=live.values("user_id"))
    for user in people.iterator():
        _write(user, disclosure, "disclosure_about_you")


def _write(user: User, disclosure: Disclosure, message: str) -> None:
    queue_mail(user, message=message, reference=disclosure.reference, disclosure=str(disclosure.id))
