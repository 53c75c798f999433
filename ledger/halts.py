"""Why signing stopped: events go on being chained, but nothing more becomes final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connections
from django.db.backends.utils import CursorWrapper

_RECORD = """
INSERT INTO ledger.halt (reason, size, detail)
SELECT %(reason)s, %(size)s, %(detail)s
WHERE (%(reason)s, %(size)s, %(detail)s) IS DISTINCT FROM (
  SELECT (h.reason, h.size, h.detail) FROM ledger.halt h ORDER BY h.id DESC LIMIT 1)
"""
# A checkpoint signed later says that it is over.
_LATEST = """
SELECT h.at, h.reason, h.size, h.detail FROM ledger.halt h
WHERE NOT EXISTS (SELECT FROM ledger.checkpoint c WHERE c.signed_at > h.at)
ORDER BY h.id DESC LIMIT 1
"""


class HaltReason(StrEnum):
    """What the sequencer found; words are in `ledger.words`."""

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


@dataclass(frozen=True)
class Halt:
    """One time that signing stopped."""

    at: datetime
    reason: HaltReason
    size: int
    detail: str


def record_halt(cursor: CursorWrapper, halted: SigningHalted) -> None:
    """Keep the reason for the pages; the same one again adds no row."""
    cursor.execute(_RECORD, {"reason": halted.reason, "size": halted.size, "detail": halted.detail})


def latest_halt(using: str = "default") -> Halt | None:
    """Why nothing is being signed; None while signing goes on."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LATEST)
        row = cursor.fetchone()
    return Halt(row[0], HaltReason(row[1]), row[2], row[3]) if row else None
