"""Where a sealed blob belongs, as the bytes that are authenticated with it."""

from __future__ import annotations

from uuid import UUID

from portal.core.months import Month
from portal.core.sealing import VERSION


def key_place(*, firm_id: UUID, import_id: UUID) -> bytes:
    """The place of an import's wrapped data key."""
    return f"key|{VERSION}|{firm_id}|{import_id}".encode()


def chunk_place(*, firm_id: UUID, import_id: UUID, category: str, month: Month, kind: str) -> bytes:
    """The place of one chunk."""
    return f"chunk|{VERSION}|{firm_id}|{import_id}|{category}|{month}|{kind}".encode()
