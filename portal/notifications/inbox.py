"""A person's messages, as the portal shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.core.actor import Actor
from portal.core.paging import Page, Place, newest_first
from portal.notifications.models import Message
from portal.notifications.texts import in_portal

MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One message in the language of the page; ``path`` is where it leads."""

    id: UUID
    at: datetime
    title: str
    path: str
    is_new: bool


def inbox_of(actor: Actor, *, after: Place | None = None) -> Page[InboxLine]:
    """A page of the actor's own messages, newest first, in one query."""
    own = Message.objects.filter(subject_ref=actor.ref, values__isnull=False)
    return newest_first(own, "created_at", after=after).map(_line)


def unread_count(actor: Actor) -> int:
    """How many of the actor's messages nobody has looked at here, up to ``MOST_COUNTED``."""
    unread = Message.objects.filter(
        subject_ref=actor.ref, read_at__isnull=True, values__isnull=False
    )
    return unread[:MOST_COUNTED].count()


def _line(message: Message) -> InboxLine:
    title, path = in_portal(message.kind, message.values or {})
    return InboxLine(message.id, message.created_at, title, path, is_new=message.read_at is None)
