"""Which engine computed a score: a digest of its source, so that a replay knows what to compare."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

ENGINE = Path(__file__).parent / "engine"


@lru_cache(maxsize=1)
def engine_version() -> str:
    """``engine-`` and twelve hex digits over the names and bytes of the engine's files."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE.glob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return f"engine-{digest.hexdigest()[:12]}"
