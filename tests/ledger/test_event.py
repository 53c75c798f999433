from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from ledger.format.canonical import NotCanonical
from ledger.format.event import MAX_BODY, Event

EVENT = Event(
    event_id=UUID(int=1),
    at=datetime(2026, 11, 22, 4, 5, 6, 7, tzinfo=UTC),
    kind="decision.recorded",
    actor="person:00000000-0000-0000-0000-000000000002",
    subject="application:00000000-0000-0000-0000-000000000003",
    payload={"outcome": "approve", "score": 640},
)
BODY = (
    b'{"actor":"person:00000000-0000-0000-0000-000000000002","at":"2026-11-22T04:05:06.000007Z",'
    b'"event_id":"00000000-0000-0000-0000-000000000001","kind":"decision.recorded",'
    b'"payload":{"outcome":"approve","score":640},'
    b'"subject":"application:00000000-0000-0000-0000-000000000003","v":1}'
)


def test_the_bytes_are_final() -> None:
    assert EVENT.encode() == BODY
    assert Event.decode(BODY) == EVENT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b',"v":1', b""),
        (b'"v":1', b'"v":1,"x":1'),
        (b'"payload":{"outcome":"approve","score":640}', b'"payload":[]'),
        (b"04:05:06.000007Z", b"04:05:06Z"),
        (b"04:05:06.000007Z", b"04:05:06.000007+00:00"),
        (b"000000000001", b"00000000000A"),
        (b'"person:', b'"Person:'),
        (b'"application:0', b'"application:'),
        (b'"decision.recorded"', b"1"),
        (b'"actor":"person:00000000-0000-0000-0000-000000000002"', b'"actor":null'),
    ],
)
def test_anything_else_is_refused(old: bytes, new: bytes) -> None:
    changed = BODY.replace(old, new)
    assert changed != BODY
    with pytest.raises(NotCanonical):
        Event.decode(changed)


def test_a_body_has_a_limit() -> None:
    fits = Event(**{**vars(EVENT), "payload": {"a": "x" * (MAX_BODY - 320)}})
    fits.encode()
    with pytest.raises(NotCanonical, match="bytes"):
        Event(**{**vars(EVENT), "payload": {"a": "x" * MAX_BODY}}).encode()
