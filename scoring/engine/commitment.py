"""A promise about a score's inputs that can be kept after the inputs are gone.

HMAC-SHA256 under a random key of 256 bits, one for each score: without the key nobody can try out
guesses, so key and inputs are kept and erased together.
"""

import hmac
from collections.abc import Mapping

from scoring.engine.canonical import canonical_bytes

KEY_BYTES = 32
_LABEL = "taxbridge-score-inputs/1"


def commitment_of(features: Mapping[str, int | None], *, input_digest: str, key: bytes) -> str:
    """Hex digest over the feature vector and the digest of the records behind it.

    Raises ValueError for a key of another length: an empty one would hide nothing.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of a commitment has {KEY_BYTES} bytes")
    inputs = {"label": _LABEL, "features": dict(features), "input_digest": input_digest}
    return hmac.digest(key, canonical_bytes(inputs), "sha256").hex()
