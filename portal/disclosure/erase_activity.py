"""Rows of the activity log go when they are old enough and nobody has asked for their days."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import connection, transaction

from portal.core.actor import SystemActor

BATCH: Final = 1000


@transaction.atomic(durable=True)
def erase_activity(actor: SystemActor) -> int:
    """Erase up to ``BATCH`` of them, oldest first; returns how many.

    The rule is the database's: never younger than half a year, looks at shared data after three
    years, nothing that an open request for records may be about. Each batch is a transaction of
    its own, so that a killed worker has lost nothing and goes on where it was.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_erase_activity(%s, %s)", [settings.ACTIVITY_DAYS, BATCH])
        (number,) = cursor.fetchone()
    return int(number)
