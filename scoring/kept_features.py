"""The feature vector behind a score: committed to, and sealed for the vault worker alone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.conf import settings

from portal.consents.vault_keys import VaultKeys, kid_of, load_vault_keys, unwrapped
from portal.core.sealing import (
    NONCE_BYTES,
    NotOpened,
    new_data_key,
    open_chunk,
    seal_chunk,
    wrap_key,
)
from scoring.engine.canonical import canonical_bytes, parse_canonical
from scoring.engine.commitment import KEY_BYTES, commitment_of


@dataclass(frozen=True, slots=True)
class Sealed:
    """A feature vector put away: the content, and its data key wrapped to the vault key of a kid.

    ``vault_kid`` is empty on vectors from before it was kept: any key that is held may fit.
    """

    vault_kid: str
    wrapped: bytes
    content: bytes

    def data_key(self, keys: VaultKeys, *, score_id: UUID) -> bytes:
        """The unwrapped data key; refuses (NotOpened) what none of ``keys`` opens at this score."""
        for kid in [self.vault_kid] if self.vault_kid else keys:
            try:
                return unwrapped(self.wrapped, kid=kid, keys=keys, place=_place(score_id))
            except NotOpened:
                continue
        raise NotOpened(f"No vault key here opens the feature vector of score {score_id}.")

    def rewrapped(self, keys: VaultKeys, *, kid: str, score_id: UUID) -> Sealed:
        """The same content, openable with ``keys[kid]`` alone; NotOpened as above."""
        data_key = self.data_key(keys, score_id=score_id)
        recipient = keys[kid].public_key()
        return Sealed(
            kid, wrap_key(data_key, recipient=recipient, place=_place(score_id)), self.content
        )


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

    def sealed(self, score_id: UUID) -> Sealed:
        """For the holder of the vault key only, and only at this score."""
        kid, data_key = kid_of(settings.VAULT_KEY), new_data_key()
        content = canonical_bytes(
            {
                "features": dict(self.features),
                "input_digest": self.input_digest,
                "key": self.key.hex(),
            }
        )
        place = _place(score_id)
        recipient = load_vault_keys()[kid].public_key()
        wrapped = wrap_key(data_key, recipient=recipient, place=place)
        nonce, ciphertext = seal_chunk(content, data_key=data_key, place=place)
        return Sealed(kid, wrapped, nonce + ciphertext)

    @classmethod
    def opened(cls, sealed: Sealed, *, score_id: UUID) -> Self:
        """What ``sealed`` put away.

        Raises NotOpened when it was altered, is another score's, or its key isn't here.
        """
        data_key = sealed.data_key(load_vault_keys(), score_id=score_id)
        nonce, ciphertext = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
        place = _place(score_id)
        kept = parse_canonical(open_chunk(nonce, ciphertext, data_key=data_key, place=place))
        return cls(kept["features"], kept["input_digest"], bytes.fromhex(kept["key"]))


def _place(score_id: UUID) -> bytes:
    return f"features|{score_id}".encode()
