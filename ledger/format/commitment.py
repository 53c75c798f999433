"""A promise about words or figures that can be kept after they are gone.

HMAC-SHA256 under a random key of 256 bits, one for each: a bare hash of a tax number or of a short
sentence is found by trying. Key and content are kept off the ledger and erased together; what stays
on it then says nothing to anybody.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Final

from ledger.format import canonical

KEY_BYTES: Final = 32


def new_key() -> bytes:
    """For one commitment only."""
    return secrets.token_bytes(KEY_BYTES)


def commitment_of(label: str, content: Mapping[str, Any], *, key: bytes) -> str:
    """Hex digest over the content and ``label``, which says what kind of content it is.

    ValueError for a key of another length: an empty one would hide nothing. Refuses
    (`NotCanonical`) content without a canonical form.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"The key of a commitment has {KEY_BYTES} bytes.")
    return hmac.digest(key, canonical.encode({**content, "label": label}), "sha256").hex()


def opens(commitment: str, label: str, content: Mapping[str, Any], *, key: bytes) -> bool:
    """Whether this content under this key is what was committed to."""
    return hmac.compare_digest(commitment, commitment_of(label, content, key=key))
