"""From the outbox to the chain: numbers without gaps, one batch and one checkpoint at a time."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event as Flag
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.utils import InterfaceError, OperationalError

from ledger.format.chain import START, links_after
from ledger.format.merkle import Frontier, leaf_hashes
from ledger.format.notes import Checkpoint, Signer, sign_note
from ledger.nodes import close_subtrees

log = logging.getLogger(__name__)

LOCK = 7_202_611_220_001
BATCH = 5_000
CADENCE = 0.2
CATCH_UP = 10_000

# A bare DELETE returns rows in the order of the heap, which is not that of the ids.
TAKE = """
WITH taken AS (
  DELETE FROM ledger.outbox
  WHERE id IN (SELECT id FROM ledger.outbox ORDER BY id LIMIT %s)
  RETURNING id, event_id, body
)
SELECT event_id, body FROM taken ORDER BY id
"""
APPEND = """
INSERT INTO ledger.entry (seq, event_id, body, leaf_hash, chain_hash)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[])
"""

Row = tuple[UUID, bytes]


class HistoryChanged(Exception):
    """The entries no longer give the root that was signed: nothing may be signed on top."""


@dataclass
class Sequencer:
    """Moves events into the chain; any number may run, and each batch has one of them only.

    The advisory lock is taken inside the batch's transaction, so that a sequencer whose
    connection has died can neither hold it nor write. Ids of the outbox are no cursor: a row that
    commits late is still there for the next batch. ``signer`` None means chained, not signed.
    """

    signer: Signer | None
    using: str = "default"
    _tree: Frontier = field(default_factory=Frontier)

    def run(self, stop: Flag) -> None:
        """Drain until ``stop`` is set; lost connections are made again."""
        while not stop.is_set():
            try:
                full = self.append_batch() == BATCH
            except (OperationalError, InterfaceError) as error:
                log.warning("The database went away: %s", error)
                connections[self.using].close()
                full = False
                stop.wait(1)
            if not full:
                stop.wait(CADENCE)

    def append_batch(self) -> int:
        """Append one batch in one transaction and return its size; 0 also while another does."""
        with transaction.atomic(self.using), connections[self.using].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(TAKE, [BATCH])
            rows = [(event_id, bytes(body)) for event_id, body in cursor.fetchall()]
            new = _without_known(cursor, rows)
            tree = self._append(cursor, new) if new else self._tree
        # Only after the commit: a batch rolled back leaves the tree as it was.
        self._tree = tree
        return len(rows)

    def _append(self, cursor: CursorWrapper, rows: list[Row]) -> Frontier:
        first, link = _head(cursor)
        event_ids, bodies = (list(column) for column in zip(*rows, strict=True))
        numbers = list(range(first, first + len(rows)))
        leaves = leaf_hashes(bodies)
        links = links_after(link, leaves)
        cursor.execute(APPEND, [numbers, event_ids, bodies, leaves, links])
        close_subtrees(cursor, size=first + len(rows))
        if self.signer is None:
            return self._tree
        return self._sign(cursor, self.signer, first, leaves)

    def _sign(
        self, cursor: CursorWrapper, signer: Signer, first: int, leaves: list[bytes]
    ) -> Frontier:
        """Sign the tree with ``leaves`` added; after a change of history, never again.

        Events go on being chained then: business goes on, but nothing more becomes final.
        """
        tree = self._tree.copy()
        try:
            _catch_up(cursor, tree, first)
        except HistoryChanged as error:
            log.critical("History has changed, no more checkpoints are signed: %s", error)
            self.signer = None
            return self._tree
        tree.extend(leaves)
        _store_checkpoint(cursor, tree, signer)
        return tree


def _without_known(cursor: CursorWrapper, rows: list[Row]) -> list[Row]:
    """The rows whose event has no entry yet.

    `record` and `ledger.emit` make fresh ids, so only somebody who goes round them writes an id
    again; one such row must not stop the others.
    """
    cursor.execute(
        "SELECT event_id FROM ledger.entry WHERE event_id = ANY(%s)",
        [[event_id for event_id, _ in rows]],
    )
    known = {event_id for (event_id,) in cursor.fetchall()}
    if known:
        log.warning("Left out, their ids are on the ledger already: %s", sorted(known))
    return [row for row in rows if row[0] not in known]


def _head(cursor: CursorWrapper) -> tuple[int, bytes]:
    """The next number and the last link."""
    cursor.execute("SELECT seq, chain_hash FROM ledger.entry ORDER BY seq DESC LIMIT 1")
    row = cursor.fetchone()
    return (row[0] + 1, bytes(row[1])) if row else (0, START)


def _catch_up(cursor: CursorWrapper, tree: Frontier, size: int) -> None:
    """Bring ``tree`` to ``size`` from the stored bodies: at the start, or after another's batch.

    Refuses (`HistoryChanged`) when the tree passes the last checkpoint with another root.
    """
    if tree.size == size:
        return
    cursor.execute("SELECT size, root FROM ledger.checkpoint ORDER BY size DESC LIMIT 1")
    signed_size, signed_root = cursor.fetchone() or (0, b"")
    while tree.size < size:
        limit = signed_size if tree.size < signed_size else size
        cursor.execute(
            "SELECT body FROM ledger.entry WHERE seq >= %s AND seq < %s ORDER BY seq",
            [tree.size, min(limit, tree.size + CATCH_UP)],
        )
        bodies = cursor.fetchall()
        if not bodies:
            break
        tree.extend(leaf_hashes(bytes(body) for (body,) in bodies))
        if tree.size == signed_size and tree.root() != bytes(signed_root):
            raise HistoryChanged(f"The first {signed_size} entries are not those that were signed.")
    if tree.size != size or size < signed_size:
        raise HistoryChanged(f"{tree.size} entries, where {max(size, signed_size)} are expected.")


def _store_checkpoint(cursor: CursorWrapper, tree: Frontier, signer: Signer) -> None:
    checkpoint = Checkpoint(signer.name, tree.size, tree.root())
    cursor.execute(
        "INSERT INTO ledger.checkpoint (size, root, note) VALUES (%s, %s, %s)",
        [checkpoint.size, checkpoint.root, sign_note(checkpoint.text(), signer)],
    )
