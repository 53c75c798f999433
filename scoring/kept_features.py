"""The feature vector behind a score: committed to, and sealed for the vault worker alone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.conf import settings

from portal.core.sealing import (
    NONCE_BYTES,
    load_vault_key,
    new_data_key,
    open_chunk,
    seal_chunk,
    unwrap_key,
    wrap_key,
)
from scoring.engine.canonical import canonical_bytes, parse_canonical
from scoring.engine.commitment import KEY_BYTES, commitment_of

_WRAPPED_BYTES = 80  # an X25519 public key, an AES-256 key, a tag


@dataclass(frozen=True, slots=True)
class KeptFeatures:
    """What a replay needs when the records can no longer be read."""

    features: Mapping[str, int | None]
    input_digest: str
    key: bytes

    @classmethod
    def new(cls, features: Mapping[str, int | None], *, input_digest: str) -> Self:
        """Under a fresh key."""
        return cls(features, input_digest, secrets.token_bytes(KEY_BYTES))

    @property
    def commitment(self) -> str:
        """What stays on the score and on the ledger when the rest is erased."""
        return commitment_of(self.features, input_digest=self.input_digest, key=self.key)

    def sealed(self, score_id: UUID) -> bytes:
        """For the holder of the vault key only, and only at this score."""
        private, data_key = load_vault_key(settings.VAULT_KEY), new_data_key()
        content = canonical_bytes(
            {
                "features": dict(self.features),
                "input_digest": self.input_digest,
                "key": self.key.hex(),
            }
        )
        wrapped = wrap_key(data_key, recipient=private.public_key(), place=_place(score_id))
        nonce, ciphertext = seal_chunk(content, data_key=data_key, place=_place(score_id))
        return wrapped + nonce + ciphertext

    @classmethod
    def opened(cls, sealed: bytes, *, score_id: UUID) -> Self:
        """What ``sealed`` put away. Raises NotOpened when it was altered or is another score's."""
        wrapped, rest = sealed[:_WRAPPED_BYTES], sealed[_WRAPPED_BYTES:]
        place = _place(score_id)
        data_key = unwrap_key(wrapped, private=load_vault_key(settings.VAULT_KEY), place=place)
        nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        kept = parse_canonical(open_chunk(nonce, ciphertext, data_key=data_key, place=place))
        return cls(kept["features"], kept["input_digest"], bytes.fromhex(kept["key"]))


def _place(score_id: UUID) -> bytes:
    return f"features|{score_id}".encode()
