"""One event and its bytes: what the ledger hashes, and nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ledger.format import canonical
from ledger.format.values import Scalar

VERSION = 1
MAX_BODY = 65_535
FIELDS = frozenset({"actor", "at", "event_id", "kind", "payload", "subject", "v"})
MAX_REFERENCE = 80
ACTOR = re.compile(r"[a-z]+:[A-Za-z0-9._-]+")
SUBJECT = re.compile(r"[a-z]+:(?=.{36}\Z)[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+")
_AT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Who (``actor``) did what (``kind``) to what (``subject``), when, with which figures."""

    event_id: UUID
    at: datetime
    kind: str
    actor: str
    subject: str
    payload: Mapping[str, Scalar]

    def encode(self) -> bytes:
        """The body; refuses with `NotCanonical` what may not be written."""
        if not self._has_references():
            raise canonical.NotCanonical(f"Not references: {self.actor!r}, {self.subject!r}.")
        body = canonical.encode(
            {
                "actor": self.actor,
                "at": written_time(self.at),
                "event_id": str(self.event_id),
                "kind": self.kind,
                "payload": self.payload,
                "subject": self.subject,
                "v": VERSION,
            }
        )
        if len(body) > MAX_BODY:
            raise canonical.NotCanonical(f"The body has {len(body)} bytes, over {MAX_BODY}.")
        return body

    def _has_references(self) -> bool:
        return (
            max(len(self.actor), len(self.subject)) <= MAX_REFERENCE
            and ACTOR.fullmatch(self.actor) is not None
            and SUBJECT.fullmatch(self.subject) is not None
        )

    @classmethod
    def decode(cls, body: bytes) -> Event:
        """The event in ``body``; refuses with `NotCanonical` bytes `encode` would not write."""
        fields = canonical.decode(body)
        if fields.keys() != FIELDS or not isinstance(fields["payload"], dict):
            raise canonical.NotCanonical("Not the fields of an event.")
        if any(isinstance(value, dict | list) for value in fields["payload"].values()):
            raise canonical.NotCanonical("A figure of an event holds others.")
        event = cls._from(fields)
        if event.encode() != body:
            raise canonical.NotCanonical("Not the bytes of this event.")
        return event

    @classmethod
    def _from(cls, fields: Mapping[str, Any]) -> Event:
        try:
            return cls(
                event_id=UUID(fields["event_id"]),
                at=datetime.strptime(fields["at"], _AT).replace(tzinfo=UTC),
                kind=str(fields["kind"]),
                actor=str(fields["actor"]),
                subject=str(fields["subject"]),
                payload=fields["payload"],
            )
        except (ValueError, TypeError, AttributeError) as error:
            raise canonical.NotCanonical(f"Not an event: {error}") from error


def written_time(at: datetime) -> str:
    """A moment as bodies write it: one fixed length, so that their order is that in time."""
    return at.astimezone(UTC).strftime(_AT)
