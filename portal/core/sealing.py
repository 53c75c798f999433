"""Sealing of stored tax records: a data key per import, wrapped to the vault worker's X25519 key.

The intake worker seals and can open nothing afterwards; only the holder of the vault key opens.
Wrapping: ephemeral X25519, HKDF-SHA256 over both public keys, AES-256-GCM (the shape of HPKE base
mode, RFC 9180). Chunks: AES-256-GCM with a random 96-bit nonce under a key used for one import.
The additional data binds a blob to its place, so that none can be moved to another firm or month.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from portal.core.errors import RuleBroken

VERSION = 1
NONCE_BYTES = 12
_PUBLIC_BYTES = 32
_LABEL = b"taxbridge data key 1"
_ONE_USE_NONCE = bytes(NONCE_BYTES)  # the wrapping key is derived afresh and used once
CHUNK_LIMIT = 256 * 1024 * 1024


class NotOpened(ValueError):
    """The blob wasn't sealed for this key and place, or was altered since."""


class ChunkTooLong(RuleBroken):
    """More than `open_chunk` would open again."""

    code = "month_too_large"


def new_data_key() -> bytes:
    """A fresh AES-256 key."""
    return AESGCM.generate_key(256)


def wrap_key(data_key: bytes, *, recipient: X25519PublicKey, place: bytes) -> bytes:
    """The data key, readable by the recipient's private key only, and only at this place."""
    ephemeral = X25519PrivateKey.generate()
    sender = ephemeral.public_key().public_bytes_raw()
    key = _wrapping_key(ephemeral.exchange(recipient), sender, recipient.public_bytes_raw())
    return sender + AESGCM(key).encrypt(_ONE_USE_NONCE, data_key, place)


def unwrap_key(wrapped: bytes, *, private: X25519PrivateKey, place: bytes) -> bytes:
    """The data key behind `wrap_key`; refuses (NotOpened) another key or place."""
    sender, sealed = wrapped[:_PUBLIC_BYTES], wrapped[_PUBLIC_BYTES:]
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(sender))
        key = _wrapping_key(secret, sender, private.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(_ONE_USE_NONCE, sealed, place)
    except (InvalidTag, ValueError) as error:
        raise NotOpened("The data key can't be unwrapped.") from error


def seal_chunk(data: bytes, *, data_key: bytes, place: bytes) -> tuple[bytes, bytes]:
    """Nonce and ciphertext of one compressed chunk; refuses (ChunkTooLong) over `CHUNK_LIMIT`."""
    if len(data) > CHUNK_LIMIT:
        raise ChunkTooLong("The records of one month are more than a chunk may hold.")
    nonce = os.urandom(NONCE_BYTES)
    return nonce, AESGCM(data_key).encrypt(nonce, zlib.compress(data, 6), place)


def open_chunk(nonce: bytes, ciphertext: bytes, *, data_key: bytes, place: bytes) -> bytes:
    """The content of a chunk; refuses (NotOpened) one from another place, altered, or over-long."""
    try:
        packed = AESGCM(data_key).decrypt(nonce, ciphertext, place)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, CHUNK_LIMIT + 1)
    except (InvalidTag, ValueError, zlib.error) as error:
        raise NotOpened("The chunk can't be opened.") from error
    if not unpacker.eof or len(data) > CHUNK_LIMIT:
        raise NotOpened("The chunk is longer than a chunk may be.")
    return data


def load_vault_key(path: Path) -> X25519PrivateKey:
    """Read the vault worker's private key (PEM); any other kind of key raises ValueError."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, X25519PrivateKey):
        raise ValueError(f"{path} does not hold an X25519 private key.")  # noqa: TRY004
    return key


def _wrapping_key(secret: bytes, sender: bytes, recipient: bytes) -> bytes:
    info = _LABEL + sender + recipient
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
