from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.format.event import Event
from ledger.format.values import Scalar
from ledger.kinds import EventKind
from ledger.recording import NotRecorded, record
from tests.ledger.facts import fresh, payload_of, pending_body, write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

WEB_KIND = EventKind.DECISION_RECORDED
EMIT = "SELECT gate_like.emit(%s, %s, %s, %s::jsonb)"


def test_an_event_waits_in_the_outbox_with_its_exact_bytes() -> None:
    subject = fresh("application")
    event_id = write(WEB_KIND, subject=subject)
    event = Event.decode(pending_body(event_id))
    assert (event.event_id, event.kind, event.subject) == (event_id, WEB_KIND, subject)
    assert event.payload == payload_of(WEB_KIND)


def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(NotRecorded, match="transaction"):
        record(WEB_KIND, actor=fresh("person"), subject=fresh("application"), payload={})


def test_a_rolled_back_fact_leaves_no_event() -> None:
    with transaction.atomic():
        event_id = record(
            WEB_KIND,
            actor=fresh("person"),
            subject=fresh("application"),
            payload=payload_of(WEB_KIND),
        )
        transaction.set_rollback(True)
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger.outbox WHERE event_id = %s", [event_id])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Zhang San"},
        {"outcome": "approved by Zhang San"},
        {"outcome": None},
        {"score": -1},
        {"score": "640"},
        {"score": True},
        {"reasons": "a,,b"},
        {"score": 10**15},
    ],
)
def test_a_payload_outside_its_rules_is_refused(change: dict[str, Scalar]) -> None:
    with pytest.raises(NotRecorded), transaction.atomic():
        write(WEB_KIND, payload={**payload_of(WEB_KIND), **change})


def test_a_kind_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(NotRecorded, match="kind"):
        write("person.renamed", payload={})  # type: ignore[arg-type]


@pytest.mark.parametrize("actor", ["Zhang San", "person:张三", "person:" + "a" * 99, ""])
def test_an_actor_is_a_reference(actor: str) -> None:
    with pytest.raises(NotRecorded, match="references"), transaction.atomic():
        record(WEB_KIND, actor=actor, subject=fresh("application"), payload=payload_of(WEB_KIND))


# Strings that rules allow, and strings with quotes, control characters and characters beyond the
# basic plane, which they refuse: Python and SQL must agree on every one, byte for byte.
VALUES = (
    st.from_regex(r"[A-Za-z][A-Za-z0-9_.,:-]{0,20}", fullmatch=True)
    | st.text(st.sampled_from('aZ09_.-,:"\\/\b\t\n\x1f\x7f é号\U0001f600'), max_size=4)
    | st.none()
    | st.booleans()
    | st.integers(-5, 10**16)
)
PAYLOADS = st.fixed_dictionaries(
    {"outcome": VALUES, "reasons": VALUES},
    optional={"score": VALUES, "band": VALUES, "extra": VALUES},
)
GOOD_PAYLOADS = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(["approve", "decline"]),
        "reasons": st.from_regex(
            r"([A-Za-z][A-Za-z0-9_.-]{0,9}(,[a-z]{1,9}){0,3})?", fullmatch=True
        ),
    },
    optional={
        "score": st.none() | st.integers(0, 10**15 - 1),
        "band": st.none() | st.sampled_from("ABCDE"),
    },
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=PAYLOADS | GOOD_PAYLOADS)
def test_python_and_sql_write_the_same_bytes_or_both_refuse(
    gate: str, payload: dict[str, Scalar]
) -> None:
    actor, subject = fresh("person"), fresh("application")
    by_sql = emitted(actor, subject, payload)
    try:
        with transaction.atomic():
            by_python = record(WEB_KIND, actor=actor, subject=subject, payload=payload)
    except NotRecorded:
        assert by_sql is None
        return
    assert by_sql is not None
    first, second = Event.decode(pending_body(by_python)), Event.decode(pending_body(by_sql))
    again = Event(**{**vars(second), "event_id": first.event_id, "at": first.at})
    assert again.encode() == pending_body(by_python)


def emitted(actor: str, subject: str, payload: dict[str, Scalar]) -> UUID | None:
    """What the gate's function made of the same event; None when the database refused."""
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(EMIT, [str(WEB_KIND), actor, subject, json.dumps(payload)])
            return UUID(str(cursor.fetchone()[0]))
    except DatabaseError:
        return None


def test_the_two_ways_can_refuse_and_can_agree(gate: str) -> None:
    good = payload_of(WEB_KIND)
    assert emitted(fresh("person"), fresh("application"), good) is not None
    assert emitted(fresh("person"), fresh("application"), {**good, "extra": 1}) is None
    assert emitted("Zhang San", fresh("application"), good) is None
    assert emitted(fresh("person"), str(uuid4()), good) is None
