"""How the ledger speaks of a version: by its product, its number and its hash."""

from __future__ import annotations

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import Actor
from portal.products.models import ProductVersion


def record_version(kind: EventKind, actor: Actor, version: ProductVersion) -> None:
    """One event about a version, in the caller's transaction."""
    record(
        kind,
        actor=actor.ref,
        subject=version.product.ref,
        payload={
            "bank": str(version.product.bank_id),
            "version": version.number,
            "version_sha256": version.sha256,
        },
    )
