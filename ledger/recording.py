"""The one door for writing an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import connections

from ledger.format.canonical import NotCanonical
from ledger.format.event import Event
from ledger.format.values import Scalar
from ledger.kinds import REGISTRY, EventKind


class NotRecorded(ValueError):
    """The event may not be written as asked: a fault of the calling code, never of a person."""


def record(
    kind: EventKind,
    *,
    actor: str,
    subject: str,
    payload: Mapping[str, Scalar],
    using: str = "default",
) -> UUID:
    """Put one event in the outbox, in the caller's transaction, and return its id.

    Refuses (`NotRecorded`) outside a transaction, an unknown kind, and a payload outside the
    kind's rules. The database refuses a kind that this log-in may not write.
    """
    if not connections[using].in_atomic_block:
        raise NotRecorded(f"{kind} outside a transaction.")
    check_payload(kind, payload)
    event = Event(
        event_id=uuid4(),
        at=datetime.now(UTC),
        kind=kind,
        actor=actor,
        subject=subject,
        payload=payload,
    )
    try:
        body = event.encode()
    except NotCanonical as error:
        raise NotRecorded(f"{kind}: {error}") from error
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger.outbox (event_id, body) VALUES (%s, %s)",
            [event.event_id, body],
        )
    return event.event_id


def check_payload(kind: EventKind, payload: Mapping[str, Scalar]) -> None:
    """Refuse (`NotRecorded`) an unknown kind, a surplus key, or a value its rule doesn't match."""
    rule = REGISTRY.get(kind)
    if rule is None:
        raise NotRecorded(f"{kind!r} is not a kind of event.")
    if surplus := payload.keys() - rule.payload.keys():
        raise NotRecorded(f"{kind} has no payload key {', '.join(sorted(surplus))}.")
    for key, value_rule in rule.payload.items():
        if not value_rule.allows(payload.get(key)):
            raise NotRecorded(f"{kind}: the value of {key!r} is not allowed by its rule.")
