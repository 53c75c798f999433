"""From the outbox to the chain: numbers without gaps, one batch and one checkpoint at a time."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import count
from threading import Event as Flag
from time import monotonic, sleep
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.utils import InterfaceError, OperationalError

from ledger.checkpoints import Checkpoints, Keyring, Safety
from ledger.format.chain import START, links_after
from ledger.format.merkle import leaf_hashes
from ledger.format.note_keys import Signer
from ledger.leadership import Fenced, Leadership
from ledger.nodes import close_subtrees
from ledger.pace import CADENCE, Pace

log = logging.getLogger(__name__)

STAND_BY = 0.3

# A bare DELETE returns rows in the order of the heap, which is not that of the ids. Nobody updates
# a row of the outbox, so a place in the heap names the same row until it is gone.
TAKE = """
WITH taken AS (
  DELETE FROM ledger.outbox
  WHERE ctid = ANY (ARRAY(SELECT ctid FROM ledger.outbox ORDER BY id LIMIT %s))
  RETURNING id, event_id, body
)
SELECT event_id, body,
  EXISTS (SELECT FROM ledger.entry e WHERE e.event_id = taken.event_id) AS is_known
FROM taken ORDER BY id
"""
APPEND = """
COPY ledger.entry (seq, event_id, body, leaf_hash, chain_hash) FROM STDIN (FORMAT binary)
"""
TYPES = ("int8", "uuid", "bytea", "bytea", "bytea")

Row = tuple[UUID, bytes]


@dataclass
class Sequencer:
    """Moves events into the chain; any number may run, and one of them leads.

    Ids of the outbox are no cursor: a row that commits late is still there for the next batch.
    ``signer`` None means chained, not signed.
    """

    signer: Signer | Keyring | None
    using: str = "default"
    safety: Safety | None = None
    pace: Pace = field(default_factory=Pace)
    name: str = "sequencer"

    def __post_init__(self) -> None:
        """Nothing is opened before the first step."""
        self._leadership = Leadership(self.using, self.name)
        self._checkpoints = None
        if self.signer is not None:
            keyring = _always(self.signer) if isinstance(self.signer, Signer) else self.signer
            self._checkpoints = Checkpoints(keyring, using=self.using, safety=self.safety)

    @property
    def is_leading(self) -> bool:
        """Whether this one leads, as far as it knows."""
        return self._leadership.is_held

    def run(self, stop: Flag) -> None:
        """Lead or stand by until ``stop`` is set; lost connections are made again."""
        while not stop.is_set():
            try:
                self._go_on(stop)
            except Fenced:
                log.warning("Another sequencer has taken over.")
                self._leadership.lay_down()
            except (OperationalError, InterfaceError) as error:
                log.warning("The database went away: %s", error)
                connections[self.using].close()
                self._leadership.forget()
                self.pace.shrink()
                stop.wait(STAND_BY)
        connections[self.using].close()

    def append_batch(self) -> int:
        """Lead for one batch only, and return its size; 0 also while another leads."""
        if not self._take_lead():
            return 0
        try:
            return self._append_and_sign()
        finally:
            self._leadership.lay_down()

    def drain(self, *, patience: float) -> bool:
        """Lead until the outbox is empty and all is signed.

        False when another leads, or the reasons not to sign outlast ``patience`` seconds.
        """
        try:
            is_done = self._drain(monotonic() + patience)
        except BaseException:
            self._leadership.forget()
            raise
        if self._leadership.is_held:
            self._leadership.lay_down()
        return is_done

    def _drain(self, end: float) -> bool:
        while monotonic() < end:
            if not self._leadership.is_held and not self._take_lead():
                sleep(STAND_BY)
            elif self._append_and_sign() == 0 and self._is_settled():
                return self._checkpoints is None or not self._checkpoints.is_halted
            else:
                sleep(CADENCE / 10)
        return False

    def _is_settled(self) -> bool:
        return self._checkpoints is None or self._checkpoints.is_settled

    def _go_on(self, stop: Flag) -> None:
        """One step; waits after it unless there is more to do at once."""
        if self._leadership.is_held:
            self._append_and_sign()
            if not self._is_behind():
                stop.wait(self.pace.rest)
        elif not self._take_lead() and self._has_followed():
            self._leadership.evict_if_stale()
            stop.wait(STAND_BY)

    def _is_behind(self) -> bool:
        return self._checkpoints is not None and self._checkpoints.is_behind

    def _has_followed(self) -> bool:
        return self._checkpoints is None or self._checkpoints.follow()

    def _take_lead(self) -> bool:
        if not self._leadership.take():
            return False
        if self._checkpoints is not None:
            self._checkpoints.begin()
        return True

    def _append_and_sign(self) -> int:
        began, limit = monotonic(), self.pace.limit
        taken = self._append_batch(limit)
        if self._checkpoints is not None:
            self._checkpoints.sign(self._leadership)
        self.pace.note(taken=taken, seconds=monotonic() - began)
        return taken

    def _append_batch(self, limit: int) -> int:
        """One batch in one transaction; how many rows it took out of the outbox."""
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM ledger.outbox)")
            if not cursor.fetchone()[0]:
                self._leadership.beat()
                return 0
        with transaction.atomic(self.using), connections[self.using].cursor() as cursor:
            self._leadership.require(cursor)
            cursor.execute(TAKE, [limit])
            rows = cursor.fetchall()
            new = _without_known(rows)
            first, leaves = _append(cursor, new) if new else (0, [])
        # Only after the commit: a batch rolled back leaves the tree as it was.
        if new and self._checkpoints is not None:
            self._checkpoints.grow(first, leaves)
        return len(rows)


def _always(signer: Signer) -> Keyring:
    """A keyring of one key, whatever the ledger says."""
    return lambda _cursor: (signer,)


def _append(cursor: CursorWrapper, rows: list[Row]) -> tuple[int, list[bytes]]:
    """Write the entries; the first one's number and the leaf hashes."""
    first, link = _head(cursor)
    leaves = leaf_hashes(body for _, body in rows)
    links = links_after(link, leaves)
    with cursor.db.wrap_database_errors, cursor.copy(APPEND) as copy:
        copy.set_types(TYPES)
        for seq, row, leaf, chained in zip(count(first), rows, leaves, links, strict=False):
            copy.write_row((seq, *row, leaf, chained))
    close_subtrees(cursor, size=first + len(rows))
    return first, leaves


def _without_known(taken: list[tuple[UUID, bytes, bool]]) -> list[Row]:
    """The rows whose event has no entry yet.

    `record` and `ledger.emit` make fresh ids, so only somebody who goes round them writes an id
    again; one such row must not stop the others.
    """
    known = [event_id for event_id, _, is_known in taken if is_known]
    if known:
        log.warning("Left out, their ids are on the ledger already: %s", sorted(known))
    return [(event_id, body) for event_id, body, is_known in taken if not is_known]


def _head(cursor: CursorWrapper) -> tuple[int, bytes]:
    """The next number and the last link."""
    cursor.execute("SELECT seq, chain_hash FROM ledger.entry ORDER BY seq DESC LIMIT 1")
    row = cursor.fetchone()
    return (row[0] + 1, bytes(row[1])) if row else (0, START)
