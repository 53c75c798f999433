"""Registration: a person, not yet confirmed, and the e-mail that confirms."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.limits import Mail, count_mail
from portal.accounts.links import confirmation_token
from portal.accounts.mail import queue_mail
from portal.accounts.models import User


@transaction.atomic(durable=True)
def register_person(
    *, real_name: str, email: str, phone: str, password: str, language: str, network: str = ""
) -> UUID | None:
    """Register a person, record the fact, and mail the link that confirms the address.

    An address that is taken gets a mail that says so and None comes back, so that nobody learns
    from the page who is registered. The password is hashed either way: the same work, the same
    time. Refuses (TooMany) a further mail to the address, or asked for from ``network``.
    """
    count_mail(Mail.CONFIRMATION, address=email, network=network)
    hashed = make_password(password)
    user = User(
        email=email.strip().lower(),
        real_name=" ".join(real_name.split()),
        phone=phone,
        language=language,
        password=hashed,
    )
    # ON CONFLICT DO NOTHING: of two registrations at the same moment, one wins and one is told.
    User.objects.bulk_create([user], ignore_conflicts=True)
    holder = User.objects.get(email=user.email)
    if holder.id != user.id:
        queue_mail(holder, message="already_registered")
        return None
    record(EventKind.PERSON_REGISTERED, actor=user.ref, subject=user.ref, payload={})
    queue_mail(user, message="confirm_email", token=confirmation_token(user))
    return user.id
