"""Asking for a message to a person, in the person's language, within the present transaction."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.models import User
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue


def queue_mail(
    user: User,
    *,
    message: str,
    once: str | None = None,
    using: str = "default",
    **values: str,
) -> UUID:
    """Ask for ``message`` (a kind in ``portal.notifications.texts``) to be sent to the person.

    With ``once`` the person gets it a single time, however often it is asked for under that name.
    """
    return queue_mail_to(
        user.email,
        message=message,
        subject=user.ref,
        language=user.language,
        key=f"{once}:{user.id}" if once else None,
        using=using,
        **values,
    )


def queue_mail_to(
    address: str,
    *,
    message: str,
    subject: str,
    language: str,
    key: str | None = None,
    using: str = "default",
    **values: str,
) -> UUID:
    """The same to an address that has no account yet."""
    payload = {"message": message, "to": address, "language": language, "values": values}
    return enqueue(Job.SEND_MESSAGE, subject=subject, payload=payload, key=key, using=using)
