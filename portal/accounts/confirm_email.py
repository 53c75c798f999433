"""The person shows that the address is theirs."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.limits import Mail, count_mail
from portal.accounts.links import confirmation_token, confirmed_person
from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.core.errors import NotFound


@transaction.atomic(durable=True)
def confirm_email(*, token: str) -> UUID:
    """Confirm the address that a mailed link names.

    Refuses (NotFound, code link_invalid) a forged, old or spent link, or one for another address.
    """
    person_id, email = confirmed_person(token)
    changed = User.objects.filter(
        id=person_id, email=email, email_confirmed_at=None, is_active=True
    ).update(email_confirmed_at=timezone.now())
    if not changed:
        raise NotFound(code="link_invalid")
    person = f"person:{person_id}"
    record(EventKind.EMAIL_CONFIRMED, actor=person, subject=person, payload={})
    return person_id


@transaction.atomic(durable=True)
def send_confirmation_again(*, person_id: UUID, network: str = "") -> None:
    """Mail a new confirmation link; nothing when the address is confirmed already.

    Refuses (TooMany) a further mail to the address, or asked for from ``network``.
    """
    user = User.objects.get(id=person_id)
    if user.email_confirmed_at is None:
        count_mail(Mail.CONFIRMATION, address=user.email, network=network)
        queue_mail(user, message="confirm_email", token=confirmation_token(user))
