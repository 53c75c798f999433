"""Signed states of the ledger as pages list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connections

PAGE_SIZE = 25
# Each part walks the primary key of its table.
_PAGE = """
SELECT c.size, c.root, c.signed_at, w.at,
  ARRAY(SELECT witness FROM ledger.cosignature WHERE size = c.size ORDER BY cosigned_at, witness)
FROM ledger.checkpoint c LEFT JOIN ledger.witnessed w USING (size)
WHERE c.size < %s ORDER BY c.size DESC LIMIT %s
"""
_BEYOND = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """One signed state; ``witnessed_at`` is None unless a quorum cosigned it."""

    size: int
    root: bytes
    signed_at: datetime
    witnessed_at: datetime | None
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckpointsPage:
    """The newest first, and the ``before`` of the next older page (None: no more)."""

    rows: tuple[CheckpointRow, ...]
    older_before: int | None


def checkpoints_page(
    *, before: int | None = None, size: int = PAGE_SIZE, using: str = "default"
) -> CheckpointsPage:
    """A page of the signed states smaller than ``before``."""
    with connections[using].cursor() as cursor:
        cursor.execute(_PAGE, [_BEYOND if before is None else before, size + 1])
        found = [
            CheckpointRow(entries, bytes(root), signed_at, witnessed_at, tuple(names))
            for entries, root, signed_at, witnessed_at, names in cursor.fetchall()
        ]
    shown = tuple(found[:size])
    return CheckpointsPage(shown, shown[-1].size if len(found) > size else None)
