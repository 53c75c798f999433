"""Sending: one message per job, however often the job runs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation

from portal.core.jobs import Job
from portal.jobs.registry import JobRun, handles
from portal.notifications.models import Message
from portal.notifications.texts import TEXTS, rendered


@handles(Job.SEND_MESSAGE)
def send_message(run: JobRun) -> None:
    """Write the message down, hand it to the mail server, and note when it left.

    The mail server is asked last but one: a worker killed between it and the note sends the same
    mail twice, never none.
    """
    payload: dict[str, Any] = dict(run.payload)
    is_kept = TEXTS[payload["message"]].is_in_portal
    with translation.override(payload["language"]):
        title, body = rendered(payload["message"], payload["values"], settings.PORTAL_URL)
    message, _ = Message.objects.get_or_create(
        id=run.id,
        defaults={
            "subject_ref": run.subject,
            "kind": payload["message"],
            "address": payload["to"],
            "language": payload["language"],
            "title": title,
            "values": payload["values"] if is_kept else None,
        },
    )
    if message.sent_at is not None:
        return
    send_mail(title, body, None, [message.address])
    message.sent_at = timezone.now()
    message.save(update_fields=["sent_at"])
