"""Why signing stopped: events go on being chained, but nothing more becomes final."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import connections
from django.db.backends.utils import CursorWrapper

# A checkpoint signed later says that it is over.
_LATEST = """
SELECT h.at, h.reason, h.size, h.detail FROM ledger.halt h
WHERE NOT EXISTS (SELECT FROM ledger.checkpoint c WHERE c.signed_at > h.at)
ORDER BY h.id DESC LIMIT 1
"""


class HaltReason(StrEnum):
    """What the sequencer found, as codes; pages have the words."""

    HISTORY_CHANGED = "history_changed"
    MEMORY_LARGER = "memory_larger"
    MEMORY_FORKED = "memory_forked"
    MEMORY_UNREADABLE = "memory_unreadable"
    WITNESS_LARGER = "witness_larger"
    WITNESS_FORKED = "witness_forked"


class SigningHalted(Exception):
    """Signing would contradict what was signed before.

    ``size``: of the tree that was signed then; ``detail``: the witness that knows it.
    """

    def __init__(self, reason: HaltReason, *, size: int, detail: str = "") -> None:
        self.reason, self.size, self.detail = reason, size, detail
        super().__init__(f"{reason} at size {size} {detail}".rstrip())


class Halt(NamedTuple):
    """One time that signing stopped."""

    at: datetime
    reason: HaltReason
    size: int
    detail: str


def record_halt(cursor: CursorWrapper, halted: SigningHalted) -> None:
    """Keep the reason for the pages; the one that stands already adds no row."""
    latest = _latest(cursor)
    if latest and latest[1:] == (halted.reason, halted.size, halted.detail):
        return
    cursor.execute(
        "INSERT INTO ledger.halt (reason, size, detail) VALUES (%s, %s, %s)",
        [halted.reason, halted.size, halted.detail],
    )


def latest_halt(using: str = "default") -> Halt | None:
    """Why nothing is being signed; None while signing goes on."""
    with connections[using].cursor() as cursor:
        return _latest(cursor)


def _latest(cursor: CursorWrapper) -> Halt | None:
    cursor.execute(_LATEST)
    row = cursor.fetchone()
    return Halt(row[0], HaltReason(row[1]), row[2], row[3]) if row else None
