"""Sealing months into the vault: an import is begun, filled month by month, and completed.

Each function runs in the caller's transaction, with the intake log-in. Nothing is seen by a reader
before the completion; the database refuses what no live consent covers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.db import connections
from joserfc.jwk import Key, KeySet

from portal.consents.purposes import Category
from portal.consents.vault_places import chunk_place, key_place
from portal.core.months import Month
from portal.core.sealing import VERSION, new_data_key, seal_chunk, wrap_key
from portal.taxdata.package import Manifest
from portal.taxdata.records import TaxRecord, members_of
from scoring.engine.signals.traces import trace_month
from scoring.engine.summary import Record, summarise_month

_IMPORT = """
    INSERT INTO vault.import (id, fetch_id, firm, consent, category, first_month, last_month,
        as_of_month, manifest_sha256)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_KEY = "INSERT INTO vault.firm_key (import, firm, vault_kid, wrapped) VALUES (%s, %s, %s, %s)"
_CHUNK = """
    INSERT INTO vault.chunk (import, firm, category, month, kind, version, nonce, ciphertext)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_STAGED = """
    INSERT INTO vault.staged (import, firm, month, records, chunks, version)
    VALUES (%s, %s, %s, %s, %s, %s)
"""
_COMPLETION = "INSERT INTO vault.completion (import, firm, chunks) VALUES (%s, %s, %s)"
# Other records are few: a score reads roll-ups of invoices only.
_SUMMARISED: Final = frozenset({Category.VAT_INVOICES})


@dataclass(frozen=True, slots=True)
class Import:
    """One session's import, open for its months. The data key is gone with this object."""

    id: UUID
    firm_id: UUID
    category: Category
    data_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedMonth:
    """A month's chunks as they go into the vault."""

    month: Month
    records: int
    rows: tuple[tuple[Any, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StagedMonth:
    """A month that an unfinished fetch has sealed, and in which version of the authority's."""

    import_id: UUID
    month: Month
    records: int
    chunks: int
    version: str


def begin_import(
    manifest: Manifest,
    *,
    fetch_id: UUID,
    firm_id: UUID,
    consent_id: UUID,
    recipients: KeySet,
    using: str = "default",
) -> Import:
    """Open an import for the months of one session, under a data key of its own."""
    opened = Import(uuid4(), firm_id, manifest.category, new_data_key())
    recipient = recipients.keys[0]
    wrapped = wrap_key(
        opened.data_key,
        recipient=_public_half(recipient),
        place=key_place(firm_id=firm_id, import_id=opened.id),
    )
    months = (manifest.first_month, manifest.last_month, manifest.as_of_month)
    with connections[using].cursor() as cursor:
        cursor.execute(
            _IMPORT,
            [
                *(opened.id, fetch_id, firm_id, consent_id, manifest.category.value),
                *(month.first for month in months),
                manifest.sha256,
            ],
        )
        cursor.execute(_KEY, [opened.id, firm_id, recipient.kid, wrapped])
    return opened


def seal_month(into: Import, month: Month, records: Sequence[TaxRecord]) -> SealedMonth:
    """Seal one whole month's records, with summary and traces where the category has them.

    Takes its time and needs no transaction. Refuses (ChunkTooLong) what could not be opened again.
    """
    return SealedMonth(month, len(records), tuple(_sealed(into, month, records)))


def stage_month(
    into: Import, sealed: SealedMonth, *, version: str, using: str = "default"
) -> StagedMonth:
    """Put a sealed month into the vault; nobody reads it before the fetch is complete."""
    month, records, chunks = sealed.month, sealed.records, len(sealed.rows)
    with connections[using].cursor() as cursor:
        cursor.executemany(_CHUNK, sealed.rows)
        cursor.execute(_STAGED, [into.id, into.firm_id, month.first, records, chunks, version])
    return StagedMonth(into.id, month, records, chunks, version)


def staged_months(fetch_id: UUID, *, using: str = "default") -> list[StagedMonth]:
    """What a fetch has staged so far and not completed, oldest session first."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT import, month, records, chunks, version FROM vault.staged_of(%s)", [fetch_id]
        )
        return [
            StagedMonth(import_id, Month.of(day), records, chunks, version)
            for import_id, day, records, chunks, version in cursor.fetchall()
        ]


def complete_fetch(last: Import, *, fetch_id: UUID, using: str = "default") -> int:
    """Make every month of the fetch's sessions readable at the caller's commit; their chunks.

    The newest session is completed last, so that its word counts for the months it was asked for;
    one that had finished no month is erased.
    """
    chunks: Counter[UUID] = Counter()
    for found in staged_months(fetch_id, using=using):
        chunks[found.import_id] += found.chunks
    earlier = [import_id for import_id in chunks if import_id != last.id]
    with connections[using].cursor() as cursor:
        for import_id in (*earlier, last.id):
            cursor.execute(_COMPLETION, [import_id, last.firm_id, chunks[import_id]])
        cursor.execute("SELECT vault.drop_fetch(%s)", [fetch_id])
    return sum(chunks.values())


def drop_fetch(fetch_id: UUID, *, using: str = "default") -> None:
    """Erase what an unfinished fetch has staged, keys first."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT vault.drop_fetch(%s)", [fetch_id])


def encode_records(records: Sequence[TaxRecord]) -> bytes:
    """Records as they came, one JSON object a line."""
    return b"\n".join(
        json.dumps(
            members_of(record), ensure_ascii=False, separators=(",", ":"), default=str
        ).encode()
        for record in records
    )


def _public_half(key: Key) -> X25519PublicKey:
    public = key.public_key
    if not isinstance(public, X25519PublicKey):
        raise TypeError("The vault's public key must be an X25519 key.")
    return public


def _sealed(into: Import, month: Month, records: Sequence[TaxRecord]) -> Iterator[tuple[Any, ...]]:
    contents = {"records": encode_records(records)}
    if into.category in _SUMMARISED:
        invoices = [record for record in records if isinstance(record, Record)]
        contents["summary"] = summarise_month(invoices, month=str(month)).to_json()
        contents["traces"] = trace_month(invoices, month=str(month)).to_json()
    for kind, data in contents.items():
        place = chunk_place(
            firm_id=into.firm_id,
            import_id=into.id,
            category=into.category,
            month=month,
            kind=kind,
        )
        nonce, ciphertext = seal_chunk(data, data_key=into.data_key, place=place)
        head = (into.id, into.firm_id, into.category.value, month.first, kind, VERSION)
        yield (*head, nonce, ciphertext)
