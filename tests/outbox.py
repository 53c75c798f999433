"""What the ledger will say: events still in the outbox or already chained, read as their owner."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import connections, transaction

_BODIES = "SELECT body FROM ledger.outbox UNION ALL SELECT body FROM ledger.entry"


def events_about(subject: str, *, kind: str = "") -> list[dict[str, Any]]:
    """Bodies of the events with this subject, of one kind if given, by their time."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.ROLE_PREFIX}ledger_owner")
        cursor.execute(
            f"SELECT body FROM ({_BODIES}) b WHERE position(%s IN body) > 0",
            [f'"subject":"{subject}"'.encode()],
        )
        found = [json.loads(bytes(row[0])) for row in cursor.fetchall()]
    chosen = [event for event in found if kind in {"", event["kind"]}]
    return sorted(chosen, key=lambda event: str(event["at"]))
