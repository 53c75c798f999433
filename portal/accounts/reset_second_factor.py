"""The last way back: every second factor is lost, and the operator has seen the person."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django_otp import devices_for_user

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.activity import Activity, note_activity
from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.core.actor import SYSTEM
from portal.core.errors import NotFound


@transaction.atomic(durable=True)
def reset_second_factor(*, email: str) -> UUID:
    """Remove the person's second factors, record it, and tell the person by mail.

    Only the owner's log-in can: neither the portal nor the signer deletes devices this way. The
    password is still needed, and the next sign-in sets up a new phone. Refuses (NotFound) an
    unknown address.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise NotFound(code="person_unknown")
    for device in devices_for_user(user, confirmed=None):
        device.delete()
    note_activity(SYSTEM, Activity.SECOND_FACTOR_RESET, subject=user.ref)
    record(EventKind.SECOND_FACTOR_RESET, actor=SYSTEM.ref, subject=user.ref, payload={})
    queue_mail(user, message="second_factor_reset")
    return user.id
