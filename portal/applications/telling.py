"""Messages to a firm's people about their application, asked for in the caller's transaction."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, User
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.applications.models import LoanApplication


def tell_firm(application: LoanApplication, message: str) -> None:
    """Write to everybody who may act for the firm now, each in their own language.

    ``message`` is a kind in ``portal.notifications.texts``.
    """
    acting = [role for role, may in PERMISSIONS.items() if Permission.APPLICATION_SUBMIT in may]
    members = Membership.objects.live().filter(
        organisation_id=application.firm_id, role__in=acting, user__is_active=True
    )
    for member in members.select_related("user"):
        queue_mail(
            member.user,
            message=message,
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
