"""Published test vectors, read in place from the shared folder; absent ones skip with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("TAXBRIDGE_SHARED") or Path(__file__).resolve().parents[2].parent / "shared"
)


def vectors(folder: str) -> Path:
    """The folder of one vector set, or a skip that says what is missing."""
    path = SHARED / "vectors" / folder
    if not path.is_dir():
        pytest.skip(f"published vectors not found: {path} (set TAXBRIDGE_SHARED)")
    return path
