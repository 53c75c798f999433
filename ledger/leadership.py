"""One sequencer leads: a lock says who, an epoch in the database stops whoever led before.

The lock belongs to the leader's connection, so that it falls free the moment that connection dies.
A leader that is stopped or cut off keeps it; then its heartbeat grows old, and a standby ends its
connection. Whichever way it loses the lead, the epoch has moved on: what it still tries to write
is refused by the first statement of its transaction.
"""

from __future__ import annotations

import logging
import os
import socket
from time import monotonic

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

log = logging.getLogger(__name__)

LOCK = 7_202_611_220_001
BEAT = 0.5
STALE = 3.0

_TAKE_OVER = """
UPDATE ledger.leader SET epoch = epoch + 1, holder = %s, beat_at = clock_timestamp()
RETURNING epoch
"""
# The holder too: a database that was put back counts its epochs again.
_BEAT = "UPDATE ledger.leader SET beat_at = clock_timestamp() WHERE epoch = %s AND holder = %s"
# An advisory lock's number is shown in two halves; only a backend of one's own log-in can be ended.
_STALE_HOLDER = """
SELECT l.pid, leader.beat_at::text
FROM ledger.leader
CROSS JOIN pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid AND a.usename = session_user
JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND (l.classid::bigint << 32) + l.objid::bigint = %s
  AND leader.beat_at < clock_timestamp() - make_interval(secs => %s)
"""


class Fenced(Exception):
    """Another sequencer has taken over: this one may write nothing more."""


class Leadership:
    """The lead of one connection. The connection must be the server's own, not a pooled one."""

    def __init__(self, using: str, name: str = "sequencer") -> None:
        self._using = using
        self._holder = f"{name} {socket.gethostname()}:{os.getpid()}"
        self._epoch: int | None = None
        self._beaten = 0.0
        self._suspect: tuple[int, str] | None = None

    @property
    def is_held(self) -> bool:
        """Whether this one leads, as far as it knows; `require` asks the database."""
        return self._epoch is not None

    def take(self) -> bool:
        """Take the lead if the lock is free; False while another holds it."""
        with transaction.atomic(self._using), connections[self._using].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return False
            cursor.execute(_TAKE_OVER, [self._holder])
            (epoch,) = cursor.fetchone()
        self._epoch, self._beaten, self._suspect = epoch, monotonic(), None
        return True

    def evict_if_stale(self) -> None:
        """End the leader's connection once two looks in a row find the same old heartbeat.

        One look isn't enough: between the lock and the first heartbeat a new leader looks stale.
        """
        with connections[self._using].cursor() as cursor:
            cursor.execute(_STALE_HOLDER, [LOCK, STALE])
            holder = cursor.fetchone()
            if holder is not None and holder == self._suspect:
                log.warning(
                    "The leader's heartbeat is from %s: its connection is ended.", holder[1]
                )
                cursor.execute("SELECT pg_terminate_backend(%s)", [holder[0]])
        self._suspect = holder

    def require(self, cursor: CursorWrapper) -> None:
        """First in every transaction that writes: beats, and makes later leaders wait for its end.

        Refuses (`Fenced`) once another has taken over.
        """
        cursor.execute(_BEAT, [self._epoch, self._holder])
        if cursor.rowcount != 1:
            self._epoch = None
            raise Fenced
        self._beaten = monotonic()

    def beat(self) -> None:
        """Say that the leader lives, twice a second while there is nothing to write."""
        if monotonic() - self._beaten < BEAT:
            return
        with transaction.atomic(self._using), connections[self._using].cursor() as cursor:
            # A heartbeat lost in a crash costs nothing; a flush for each one would.
            cursor.execute("SET LOCAL synchronous_commit = off")
            self.require(cursor)

    def lay_down(self) -> None:
        """Let go of the lock, so that a standby takes over at its next look."""
        self._epoch = None
        with connections[self._using].cursor() as cursor:
            # All: a connection may have taken the lock and failed before it had the epoch.
            cursor.execute("SELECT pg_advisory_unlock_all()")

    def forget(self) -> None:
        """The connection is gone, and the lock with it."""
        self._epoch = None
