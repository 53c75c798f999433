"""The key files of `docs/keys.md`: private halves for one holder each, public halves to pin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from joserfc.jwk import OKPKey

from portal.core.wire import public_key_set


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key to be made: its curve, and its two files below the keys folder."""

    curve: Literal["Ed25519", "X25519"]
    private: str
    public: str


KEY_PAIRS = (
    KeyPair("Ed25519", "signer/signing.pem", "public/signer.json"),
    KeyPair("X25519", "vault/unwrap.pem", "public/vault.json"),
    KeyPair("Ed25519", "authority/signing.pem", "public/authority.json"),
    KeyPair("Ed25519", "portal/client.pem", "public/portal.json"),
    KeyPair("Ed25519", "ledger/signing.pem", "public/ledger.json"),
    KeyPair("Ed25519", "receipts/signing.pem", "public/receipts.json"),
    KeyPair("Ed25519", "rails/signing.pem", "public/rails.json"),
    KeyPair("Ed25519", "ecny/signing.pem", "public/ecny.json"),
    KeyPair("Ed25519", "clearing/signing.pem", "public/clearing.json"),
)


def make_keys(folder: Path, pairs: Iterable[KeyPair] = KEY_PAIRS) -> Iterator[str]:
    """Make each missing private key (0600) and its public key file; yield the names of new ones.

    An existing private key is never replaced. A lost public file is written again from it.
    """
    for pair in pairs:
        private, public = folder / pair.private, folder / pair.public
        private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        public.parent.mkdir(parents=True, exist_ok=True)
        if _write_new(private, OKPKey.generate_key(pair.curve).as_pem(private=True)):
            yield pair.private
        expected = public_key_set(OKPKey.import_key(private.read_bytes()))
        if not public.exists():
            public.write_text(expected, encoding="utf-8")


def _write_new(path: Path, content: bytes) -> bool:
    """Write a file that only its owner may read; False when it was there before."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return True
