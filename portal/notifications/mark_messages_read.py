"""A person has seen messages in the portal."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.core.actor import Actor
from portal.notifications.models import Message


@transaction.atomic(durable=True)
def mark_messages_read(actor: Actor, *, message_ids: Iterable[UUID]) -> int:
    """Note when the actor first saw these; how many were new. Others' messages stay as they are."""
    own = Message.objects.filter(subject_ref=actor.ref, read_at__isnull=True)
    return own.filter(id__in=list(message_ids)).update(read_at=timezone.now())
