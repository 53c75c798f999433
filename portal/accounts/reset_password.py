"""A forgotten password: a mailed link sets a new one; the second factor stays as it is."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.limits import Mail, count_mail
from portal.accounts.links import is_reset_current, reset_person, reset_token
from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.core.errors import NotFound


@transaction.atomic(durable=True)
def start_password_reset(*, email: str, network: str = "") -> None:
    """Mail a link that sets a new password; an unknown address gets nothing and isn't told.

    Refuses (TooMany) a further mail to the address, known or not, or asked for from ``network``.
    """
    count_mail(Mail.PASSWORD_RESET, address=email, network=network)
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is not None:
        queue_mail(user, message="password_reset", token=reset_token(user))


@transaction.atomic
def person_for_reset(*, token: str, lock: bool = False) -> User:
    """The person a reset link is for. Refuses (NotFound) a forged, old or spent link."""
    person_id, mark = reset_person(token)
    people = User.objects.filter(id=person_id, is_active=True)
    user = (people.select_for_update(no_key=True) if lock else people).first()
    if user is None or not is_reset_current(user, mark):
        raise NotFound(code="link_invalid")
    return user


@transaction.atomic(durable=True)
def reset_password(*, token: str, password: str) -> UUID:
    """Set the password a reset link allows; all sessions of the person end with the old one.

    Refuses (NotFound, code link_invalid) a forged, old or spent link.
    """
    user = person_for_reset(token=token, lock=True)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(EventKind.PASSWORD_RESET, actor=user.ref, subject=user.ref, payload={})
    queue_mail(user, message="password_changed")
    return user.id
