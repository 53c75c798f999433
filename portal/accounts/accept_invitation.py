"""A person takes up an operator's invitation: account and membership in one go."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.links import invitation_id
from portal.accounts.models import Invitation, Membership, User
from portal.core.errors import NotFound, RuleBroken


def invitation_for(token: str) -> Invitation:
    """The open invitation a link is for. Refuses (NotFound) a forged, old or spent link."""
    return _open_invitation(invitation_id(token), lock=False)


@transaction.atomic(durable=True)
def accept_invitation(
    *, token: str, real_name: str, phone: str, password: str, language: str
) -> UUID:
    """Make the invited person, whose address the link itself has confirmed, and the membership.

    Refuses (NotFound) a forged, old or spent link, and (RuleBroken, code already_registered) an
    address that has an account: one person acts for one side.
    """
    invitation = _open_invitation(invitation_id(token), lock=True)
    now = timezone.now()
    if User.objects.filter(email=invitation.email).exists():
        raise RuleBroken(code="already_registered")
    user = User(
        email=invitation.email,
        real_name=" ".join(real_name.split()),
        phone=phone,
        language=language,
        email_confirmed_at=now,
    )
    user.set_password(password)
    user.save(force_insert=True)
    Membership.objects.create(
        user=user, organisation_id=invitation.organisation_id, role=invitation.role
    )
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(EventKind.PERSON_REGISTERED, actor=user.ref, subject=user.ref, payload={})
    record(
        EventKind.MEMBER_ADDED,
        actor=user.ref,
        subject=user.ref,
        payload={"organisation": str(invitation.organisation_id), "role": invitation.role},
    )
    return user.id


def _open_invitation(found: UUID, *, lock: bool) -> Invitation:
    invitations = Invitation.objects.filter(
        id=found, accepted_at=None, expires_at__gt=timezone.now()
    )
    if lock:
        # Two clicks on the link: the second waits here, then no longer finds it open.
        invitations = invitations.select_for_update(no_key=True)
    else:
        invitations = invitations.select_related("organisation")
    invitation = invitations.first()
    if invitation is None:
        raise NotFound(code="link_invalid")
    return invitation
