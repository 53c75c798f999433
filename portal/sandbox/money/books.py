"""Double-entry books in an SQLite file: accounts, transfers between them, and what must add up."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.sandbox.money.schema import SCHEMA

BUSY_SECONDS = 10.0
_ACCOUNT = """
    SELECT id, kind, institution, owner, class, frozen, allowed, returns_to, fen, parts FROM account
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One account; ``fen`` is what it holds, ``parts`` the interest that is not a whole fen yet."""

    id: str
    kind: str
    institution: str
    owner: str
    wallet_class: int | None
    is_frozen: bool
    allowed: tuple[str, ...]
    returns_to: str | None
    fen: int
    parts: int


class Books:
    """The rows, over one connection and inside its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def open_account(
        self,
        name: str,
        *,
        kind: str,
        institution: str,
        owner: str,
        wallet_class: int | None = None,
        allowed: Sequence[str] = (),
        returns_to: str | None = None,
    ) -> None:
        """Open an account that isn't there yet; one that is stays as it is."""
        self.connection.execute(
            "INSERT INTO account (id, kind, institution, owner, class, allowed, returns_to)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (name, kind, institution, owner, wallet_class, json.dumps(list(allowed)), returns_to),
        )

    def account(self, name: str) -> Account | None:
        """None for an unknown one."""
        row = self.connection.execute(f"{_ACCOUNT} WHERE id = ?", (name,)).fetchone()
        return _account(row) if row else None

    def accounts(self) -> list[Account]:
        """All of them, by name."""
        rows = self.connection.execute(f"{_ACCOUNT} ORDER BY id")
        return [_account(row) for row in rows]

    def move(
        self, reference: str, *, payer: str, payee: str, fen: int, day: date, why: str
    ) -> None:
        """Post one transfer; sqlite3.IntegrityError when the payer holds less, or it was posted."""
        self.connection.execute(
            "INSERT INTO transfer (reference, payer, payee, fen, day, why)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (reference, payer, payee, fen, day.isoformat(), why),
        )

    def freeze(self, name: str, *, frozen: bool) -> None:
        """Nothing goes in or out of a frozen wallet."""
        self.connection.execute("UPDATE account SET frozen = ? WHERE id = ?", (frozen, name))

    def allow_collection(self, wallet: str, collector: str) -> None:
        """The wallet's holder lets this account collect from it."""
        self.connection.execute(
            "INSERT INTO mandate VALUES (?, ?) ON CONFLICT DO NOTHING", (wallet, collector)
        )

    def may_collect(self, wallet: str, collector: str) -> bool:
        """Whether the wallet's holder said so."""
        found = self.connection.execute(
            "SELECT 1 FROM mandate WHERE wallet = ? AND collector = ?", (wallet, collector)
        )
        return found.fetchone() is not None

    def is_balanced(self) -> bool:
        """Whether all accounts sum to nothing, and each to its transfers."""
        ((total,),) = self.connection.execute("SELECT coalesce(sum(fen), 0) FROM account")
        wrong = self.connection.execute(
            "SELECT 1 FROM account a WHERE fen <>"
            " (SELECT coalesce(sum(fen), 0) FROM transfer WHERE payee = a.id)"
            " - (SELECT coalesce(sum(fen), 0) FROM transfer WHERE payer = a.id) LIMIT 1"
        )
        return total == 0 and wrong.fetchone() is None


class Ledger:
    """The file, and one connection to it per thread; ``more`` makes the tables of its program."""

    def __init__(self, path: Path, more: str = "") -> None:
        self._path, self._more = path, more
        self._local = threading.local()

    @property
    def books(self) -> Books:
        """For reading."""
        return Books(self._connection())

    @contextmanager
    def changing(self) -> Iterator[Books]:
        """A transaction no other writer can be in; on the disk when the block has ended."""
        connection = self._connection()
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            yield Books(connection)

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = _open(self._path, self._more)
        return found


def _account(row: tuple[object, ...]) -> Account:
    name, kind, institution, owner, wallet_class, frozen, allowed, returns_to, fen, parts = row
    return Account(
        id=str(name),
        kind=str(kind),
        institution=str(institution),
        owner=str(owner),
        wallet_class=None if wallet_class is None else int(str(wallet_class)),
        is_frozen=bool(frozen),
        allowed=tuple(json.loads(str(allowed))),
        returns_to=None if returns_to is None else str(returns_to),
        fen=int(str(fen)),
        parts=int(str(parts)),
    )


def _open(path: Path, more: str) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(SCHEMA + more)
    return connection
