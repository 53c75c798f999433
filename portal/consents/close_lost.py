"""A reader that was killed says nothing of its window: the watchdog does."""

from __future__ import annotations

from django.db import connections, transaction


def close_lost(*, using: str = "default") -> int:
    """Put on record the windows whose reader is gone without a word; how many there were.

    For the watchdog's log-in.
    """
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute("SELECT gate.close_lost()")
        (number,) = cursor.fetchone()
    return int(number)
