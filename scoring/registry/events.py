"""How the ledger speaks of a model version: by its name and the digest of its file."""

from __future__ import annotations

import hashlib

from ledger.format.values import Scalar
from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import Actor, SystemActor
from scoring.registry.models import ModelVersion


def record_model(
    kind: EventKind, actor: Actor | SystemActor, version: ModelVersion, **more: Scalar
) -> None:
    """One event about a version, in the caller's transaction."""
    record(
        kind,
        actor=actor.ref,
        subject=version.ref,
        payload={"model": version.version, "model_sha256": version.sha256, **more},
    )


def digest_of_text(text: str) -> str:
    """What the ledger keeps of words: their SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()
