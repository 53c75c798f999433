"""Messages about disputes to a bank's people, asked for in the caller's transaction."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, Organisation
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.core.months import SHANGHAI
from scoring.models import Dispute


def tell_bank(dispute: Dispute) -> None:
    """Write to everybody at the bank who may answer; nothing of the score or the firm's words."""
    answering = [role for role, may in PERMISSIONS.items() if Permission.DISPUTE_ANSWER in may]
    members = Membership.objects.live().filter(
        organisation_id=dispute.bank_id, role__in=answering, user__is_active=True
    )
    firm = Organisation.objects.get(id=dispute.firm_id)
    for member in members.select_related("user"):
        queue_mail(
            member.user,
            message="dispute_opened",
            firm=firm.name_in(member.user.language),
            until=f"{dispute.answer_by.astimezone(SHANGHAI):%Y-%m-%d}",
            dispute=str(dispute.id),
        )
