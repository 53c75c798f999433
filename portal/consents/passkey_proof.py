"""What a passkey signs when it allows a consent."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

_TAG: Final = b"taxbridge-consent-challenge-v1"


def challenge_over(*, request_id: UUID, terms_digest: str, step_digest: str) -> bytes:
    """The WebAuthn challenge for one request, the terms as shown, and one random step.

    SHA-256 over a tag, the request's 16 bytes and both 32-byte digests: each part has a fixed
    length, so no two sets of parts give the same bytes.
    """
    digests = bytes.fromhex(terms_digest), bytes.fromhex(step_digest)
    if any(len(part) != 32 for part in digests):
        raise ValueError("Digests are 32 bytes long, in hex.")
    return hashlib.sha256(b"".join((_TAG, request_id.bytes, *digests))).digest()
