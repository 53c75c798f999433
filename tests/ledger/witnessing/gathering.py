"""Entries to be witnessed, gatherers at work, and what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connections

from ledger import queries
from ledger.format.note_keys import Signer
from ledger.format.policy import Policy
from ledger.witnessing.gatherer import Gatherer
from tests.ledger.facts import drain, write


def line_of(name: str, cosigner: object, url: str) -> str:
    return f"witness {name} {cosigner} {url}\n"


def policy_of(signer: Signer, lines: Sequence[str], quorum: str) -> Policy:
    return Policy.parse(f"log {signer.verifier}\n{''.join(lines)}{quorum}")


@contextmanager
def gathering(policy: Policy, *, count: int = 1) -> Iterator[None]:
    """Gatherers at work, as the sequencer's log-in."""
    stop = threading.Event()
    gatherers = [Gatherer(policy, using="gatherer", seconds=1.0) for _ in range(count)]
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in gatherers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def signed_entry(signer: Signer) -> int:
    """The number of a new entry under a new checkpoint."""
    event_id = write()
    drain(signer)
    entry = queries.entry_of_event(event_id)
    assert entry is not None
    return entry.seq


def wait_until(holds: Callable[[], object], *, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def problem_of(name: str) -> str | None:
    with connections["gatherer"].cursor() as cursor:
        cursor.execute("SELECT problem FROM ledger.witness_state WHERE witness = %s", [name])
        row = cursor.fetchone()
        return row[0] if row else None


def cosigned_by(seq: int) -> set[str]:
    with connections["gatherer"].cursor() as cursor:
        cursor.execute("SELECT witness FROM ledger.cosignature WHERE size > %s", [seq])
        return {witness for (witness,) in cursor.fetchall()}
