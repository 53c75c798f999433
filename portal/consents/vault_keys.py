"""The vault worker's private keys: the one that is wrapped to now, and the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from joserfc.jwk import OKPKey

from portal.core.sealing import NotOpened, load_vault_key, unwrap_key

VaultKeys = Mapping[str, X25519PrivateKey]


def load_vault_keys() -> VaultKeys:
    """Both keys by their kid; the older one only while its file is there (docs/keys.md)."""
    old: Path = settings.VAULT_OLD_KEY
    paths = [settings.VAULT_KEY, *([old] if old.exists() else [])]
    return {kid_of(path): load_vault_key(path) for path in paths}


def kid_of(path: Path) -> str:
    """The id under which the key's public half is known: its thumbprint (RFC 7638)."""
    return OKPKey.import_key(path.read_bytes()).thumbprint()


def unwrapped(wrapped: bytes, *, kid: str, keys: VaultKeys, place: bytes) -> bytes:
    """A data key; refuses (NotOpened) one wrapped to a key that this worker doesn't hold."""
    if kid not in keys:
        raise NotOpened("The data key is wrapped to a key that isn't here.")
    return unwrap_key(wrapped, private=keys[kid], place=place)
