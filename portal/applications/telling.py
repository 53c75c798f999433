"""Messages to people about an application, asked for in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, User
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.applications.models import LoanApplication
from portal.core.actor import Role


def tell_firm(application: LoanApplication, message: str, *, once: str | None = None) -> None:
    """Write to everybody who may act for the firm now, each in their own language.

    ``message`` is a kind in ``portal.notifications.texts``; with ``once`` each gets it once.
    """
    for member in _who_may(Permission.APPLICATION_SUBMIT, organisation_id=application.firm_id):
        queue_mail(
            member.user,
            message=message,
            once=once,
            reference=application.reference,
            bank=application.bank.name_in(member.user.language),
            application=str(application.id),
        )


def tell_officer(application: LoanApplication, asker: User, message: str) -> None:
    """Write to the officer who has the case, or else to who asked, while they work there."""
    officer = application.assigned_to or asker
    members = Membership.objects.live().filter(
        organisation_id=application.bank_id, user=officer, user__is_active=True
    )
    if members.exists():
        queue_mail(
            officer,
            message=message,
            reference=application.reference,
            application=str(application.id),
        )


def tell_case_workers(application: LoanApplication, message: str) -> None:
    """Write to the officer who has the case, or else to all at the bank who decide on cases."""
    members = list(_who_may(Permission.APPLICATION_DECIDE, organisation_id=application.bank_id))
    officer = [member for member in members if member.user_id == application.assigned_to_id]
    for member in officer or members:
        queue_mail(
            member.user,
            message=message,
            reference=application.reference,
            firm=application.firm.name_in(member.user.language),
            application=str(application.id),
        )


def tell_approvers(application: LoanApplication, message: str, *, but: UUID | None = None) -> None:
    """Write to everybody at the bank who may approve as the second person, except ``but``."""
    for member in _who_may(Permission.APPLICATION_APPROVE, organisation_id=application.bank_id):
        if member.user_id != but:
            queue_mail(
                member.user,
                message=message,
                reference=application.reference,
                firm=application.firm.name_in(member.user.language),
                application=str(application.id),
            )


def _who_may(permission: Permission, *, organisation_id: UUID) -> Iterator[Membership]:
    roles: list[Role] = [role for role, may in PERMISSIONS.items() if permission in may]
    members = Membership.objects.live().filter(
        organisation_id=organisation_id, role__in=roles, user__is_active=True
    )
    return members.select_related("user").iterator()
