"""What a witness remembers: of each log the last checkpoint it cosigned, in an SQLite file.

The file is the witness's promise: with an older copy of it, it could cosign two histories.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BUSY_SECONDS = 5.0
# The triggers are a second lock; the first is `portal.sandbox.witness.cosign`.
SCHEMA = """
CREATE TABLE IF NOT EXISTS latest (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  cosigned_at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS never_back BEFORE UPDATE ON latest
  WHEN new.size < old.size OR new.cosigned_at < old.cosigned_at
    OR (new.size = old.size AND new.root <> old.root)
  BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER IF NOT EXISTS never_forgets BEFORE DELETE ON latest
  BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
"""
_KEEP = """
INSERT INTO latest (origin, size, root, cosigned_at, note) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,
  cosigned_at = excluded.cosigned_at, note = excluded.note
"""


@dataclass(frozen=True, slots=True)
class Latest:
    """The last checkpoint cosigned for a log, with both parties' signature lines."""

    origin: str
    size: int
    root: bytes
    cosigned_at: int
    note: str


class Book:
    """The rows, over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def latest(self, origin: str) -> Latest | None:
        """The last checkpoint of a log; None if it never cosigned one."""
        return next((one for one in self.all() if one.origin == origin), None)

    def all(self) -> list[Latest]:
        """The last checkpoint of every log, by name."""
        rows = self._connection.execute(
            "SELECT origin, size, root, cosigned_at, note FROM latest ORDER BY origin"
        )
        return [Latest(*row) for row in rows]

    def keep(self, latest: Latest) -> None:
        """Remember this one instead of the log's checkpoint before it."""
        self._connection.execute(
            _KEEP, (latest.origin, latest.size, latest.root, latest.cosigned_at, latest.note)
        )


class Memory:
    """The file, and one connection to it per thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    @property
    def book(self) -> Book:
        """What is remembered now."""
        return Book(self._connection())

    @contextmanager
    def changing(self) -> Iterator[Book]:
        """A transaction that no other writer can be in; it is on the disk when the block has ended.

        Refuses (`sqlite3.Error`) when that failed: then nothing was remembered.
        """
        connection = self._connection()
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            yield Book(connection)

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = _open(self._path)
        return found


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(SCHEMA)
    return connection
