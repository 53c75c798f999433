"""Messages about requests for records, asked for in the caller's transaction."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, MembershipQuerySet, User
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.disclosure.models import Disclosure


def tell_colleagues(disclosure: Disclosure) -> None:
    """Write to those who may decide: of the same regulator, and not the one who asked."""
    others = _office(disclosure).exclude(user_id__in=[disclosure.asked_by, disclosure.person_id])
    _write_to(others, disclosure, "disclosure_to_decide")


def tell_asker(disclosure: Disclosure, *, message: str) -> None:
    """Write to the one who asked what became of it."""
    _write_to(_office(disclosure).filter(user_id=disclosure.asked_by), disclosure, message)


def tell_deciders(disclosure: Disclosure) -> None:
    """Write to the two who may download the file."""
    two = [disclosure.asked_by, disclosure.decided_by]
    _write_to(_office(disclosure).filter(user_id__in=two), disclosure, "disclosure_ready")


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


def _office(disclosure: Disclosure) -> MembershipQuerySet:
    """Those of the regulator who may see requests; who has left hears no more of them."""
    roles = [role for role, may in PERMISSIONS.items() if Permission.ACTIVITY_VIEW in may]
    return Membership.objects.live().filter(
        organisation_id=disclosure.organisation_id, role__in=roles, user__is_active=True
    )


def _write_to(members: MembershipQuerySet, disclosure: Disclosure, message: str) -> None:
    for member in members.select_related("user").iterator():
        _write(member.user, disclosure, message)


def _write(user: User, disclosure: Disclosure, message: str) -> None:
    queue_mail(user, message=message, reference=disclosure.reference, disclosure=str(disclosure.id))
