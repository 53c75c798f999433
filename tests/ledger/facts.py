"""Events as the rooms would write them, with fresh ids."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import connections, transaction

from ledger.format.note_keys import Signer
from ledger.format.values import (
    CODE,
    CODES,
    COUNT,
    DIGEST,
    ID,
    INSTANT,
    MONTH,
    TOKEN,
    Scalar,
    ValueRule,
    optional,
)
from ledger.kinds import REGISTRY, EventKind
from ledger.recording import record
from ledger.sequencer import Sequencer

EXAMPLES: Mapping[ValueRule, Scalar] = {
    ID: "3d9b6a7c-0d0e-4c4e-9a53-0f5b6a2f9f10",
    CODE: "underwriting",
    CODES: "vat_invoices,vat_returns",
    TOKEN: "scorecard-1",
    DIGEST: "ab" * 32,
    MONTH: "2024-05",
    INSTANT: "2026-11-22T04:05:06Z",
    COUNT: 120_000,
}


def payload_of(kind: EventKind) -> dict[str, Scalar]:
    """A payload that every rule of ``kind`` allows."""
    rules = REGISTRY[kind].payload
    return {
        key: next(
            value for example, value in EXAMPLES.items() if rule in {example, optional(example)}
        )
        for key, rule in rules.items()
    }


def fresh(what: str) -> str:
    """A reference that no other test uses."""
    return f"{what}:{uuid4()}"


def write(
    kind: EventKind = EventKind.APPLICATION_WITHDRAWN,
    *,
    subject: str = "",
    payload: Mapping[str, Scalar] | None = None,
    using: str = "default",
) -> UUID:
    """Record one event in a transaction of its own."""
    with transaction.atomic(using):
        return record(
            kind,
            actor=fresh("person"),
            subject=subject or fresh("application"),
            payload=payload_of(kind) if payload is None else payload,
            using=using,
        )


def drain(signer: Signer | None = None) -> Sequencer:
    """Sequence everything that is pending, as the sequencer's log-in; unsigned without a signer.

    Waits for one that led before: a closed connection keeps its lock until the server has seen it.
    The sequencer that did it has hashed all there is. A new one signs nothing in its first batch
    once a worker's ledger is longer than `checkpoints.CATCH_UP`.
    """
    mover = Sequencer(signer, using="sequencer")
    assert mover.drain(patience=20)
    return mover


def pending_body(event_id: UUID) -> bytes:
    """The bytes of an event that waits in the outbox."""
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT body FROM ledger.outbox WHERE event_id = %s", [event_id])
        return bytes(cursor.fetchone()[0])
