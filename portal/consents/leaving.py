"""The reader's last word on a window: that it is closed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connections

VAULT = "vault"

logger = logging.getLogger(__name__)


@dataclass
class Visit:
    """When the window was opened; None while it wasn't."""

    opened_at: datetime | None = None


@contextmanager
def leaving(ticket: UUID) -> Iterator[Visit]:
    """Around the reading transaction: once that has ended, in whatever way, it is put on record.

    Where this fails, or the process dies before it, the watchdog does it later.
    """
    visit = Visit()
    try:
        yield visit
    finally:
        if visit.opened_at is not None:
            _leave(ticket, visit.opened_at)


def _leave(ticket: UUID, opened_at: datetime) -> None:
    try:
        with connections[VAULT].cursor() as cursor:
            cursor.execute("SELECT gate.leave(%s, %s)", [ticket, opened_at])
    except DatabaseError:
        # What was read is as good as before; a job tried again would be one more look.
        logger.warning("The closing of ticket %s is left to the watchdog.", ticket)
        connections[VAULT].close_if_unusable_or_obsolete()
