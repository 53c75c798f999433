"""How far an entry has come: waiting, signed by the log, vouched for by witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connections

_HEADS = """
SELECT
  (SELECT coalesce(max(seq) + 1, 0) FROM ledger.entry),
  signed.size, signed.signed_at, witnessed.size, witnessed.at
FROM (SELECT 1) one
LEFT JOIN LATERAL
  (SELECT size, signed_at FROM ledger.checkpoint ORDER BY size DESC LIMIT 1) signed ON true
LEFT JOIN LATERAL
  (SELECT size, w.at FROM ledger.witnessed w JOIN ledger.checkpoint USING (size)
    ORDER BY size DESC LIMIT 1) witnessed ON true
"""


class Standing(StrEnum):
    """Only the last is final: what is not witnessed may not be called proven."""

    PENDING = "pending"
    SIGNED = "signed"
    WITNESSED = "witnessed"


@dataclass(frozen=True)
class Heads:
    """Entries there are, and how many of them the newest signed and witnessed states cover."""

    size: int
    signed: int
    signed_at: datetime | None
    witnessed: int
    witnessed_at: datetime | None

    def standing_of(self, seq: int) -> Standing:
        """Of entry ``seq``."""
        if seq < self.witnessed:
            return Standing.WITNESSED
        return Standing.SIGNED if seq < self.signed else Standing.PENDING


def heads(*, using: str = "default") -> Heads:
    """The three heads, from one snapshot."""
    with connections[using].cursor() as cursor:
        cursor.execute(_HEADS)
        ((size, signed, signed_at, witnessed, witnessed_at),) = cursor.fetchall()
    return Heads(size, signed or 0, signed_at, witnessed or 0, witnessed_at)


def standing_of(seq: int, *, using: str = "default") -> Standing:
    """Of one entry; for many, ask `heads` once."""
    return heads(using=using).standing_of(seq)
