"""Digests of what a prepared thing was made from: equal digest, nothing to do again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from portal.embedded.launch import ROOT

ROOMS = ("portal", "ledger", "scoring")
SCHEMA = (
    "migrations/*.py",
    "*.sql",
    "rights*.py",
    "roles*.py",
    "provisioning.py",
    "commands/provision_roles.py",
    "commands/grant_rights.py",
)


def of_schema() -> str:
    """What a migrated database is made from: migrations, SQL, roles and rights."""
    return of(*(f"{room}/**/{pattern}" for room in ROOMS for pattern in SCHEMA))


def of(*patterns: str) -> str:
    """Digest of the names and contents of all files of this checkout that match."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    return _digest(
        f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() for path in sorted(found)
    )


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:16]
