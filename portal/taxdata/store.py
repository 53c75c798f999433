"""Sealing a whole package into the vault, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.db import connections
from joserfc.jwk import Key, KeySet

from portal.consents.vault_places import chunk_place, key_place
from portal.core.months import Month
from portal.core.sealing import VERSION, new_data_key, seal_chunk, wrap_key
from portal.taxdata.package import Manifest
from scoring.engine.summary import Record, summarise_month

_CHUNK = """
    INSERT INTO vault.chunk (import, firm, category, month, kind, version, nonce, ciphertext)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A checked package and where it belongs."""

    import_id: UUID
    firm_id: UUID
    consent_id: UUID
    category: str
    manifest: Manifest
    months: Mapping[Month, Sequence[Record]]


def store(delivery: Delivery, *, recipients: KeySet, using: str = "default") -> int:
    """Insert import, wrapped key, chunks and completion; the number of chunks.

    Nothing is seen by a reader before the caller commits, and then all of it. The database
    refuses what no live consent covers.
    """
    recipient, data_key = recipients.keys[0], new_data_key()
    wrapped = wrap_key(
        data_key,
        recipient=_public_half(recipient),
        place=key_place(firm_id=delivery.firm_id, import_id=delivery.import_id),
    )
    chunks = list(_sealed(delivery, data_key))
    identity = (delivery.import_id, delivery.firm_id)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault.import (id, firm, consent, category, first_month, last_month,"
            " as_of_month, manifest_sha256) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [*identity, delivery.consent_id, delivery.category, *_span(delivery.manifest)],
        )
        cursor.execute(
            "INSERT INTO vault.firm_key (import, firm, vault_kid, wrapped) VALUES (%s, %s, %s, %s)",
            [*identity, recipient.kid, wrapped],
        )
        cursor.executemany(_CHUNK, chunks)
        cursor.execute(
            "INSERT INTO vault.completion (import, firm, chunks) VALUES (%s, %s, %s)",
            [*identity, len(chunks)],
        )
    return len(chunks)


def _public_half(key: Key) -> X25519PublicKey:
    public = key.public_key
    if not isinstance(public, X25519PublicKey):
        raise TypeError("The vault's public key must be an X25519 key.")
    return public


def _span(manifest: Manifest) -> tuple[Any, ...]:
    months = (manifest.first_month, manifest.last_month, manifest.as_of_month)
    return (*(month.first for month in months), manifest.sha256)


def _sealed(delivery: Delivery, data_key: bytes) -> Iterator[tuple[Any, ...]]:
    for month, records in sorted(delivery.months.items()):
        summary = summarise_month(records, month=str(month)).to_json()
        for kind, data in (("records", encode_records(records)), ("summary", summary)):
            place = chunk_place(
                firm_id=delivery.firm_id,
                import_id=delivery.import_id,
                category=delivery.category,
                month=month,
                kind=kind,
            )
            nonce, ciphertext = seal_chunk(data, data_key=data_key, place=place)
            yield (
                delivery.import_id,
                delivery.firm_id,
                delivery.category,
                month.first,
                kind,
                VERSION,
                nonce,
                ciphertext,
            )


def encode_records(records: Sequence[Record]) -> bytes:
    """Records as they came, one JSON object a line."""
    return b"\n".join(
        json.dumps(asdict(record), ensure_ascii=False, separators=(",", ":"), default=str).encode()
        for record in records
    )
