"""How long the runs of this folder are."""

from __future__ import annotations

import os

import pytest

from tests.gate.conftest import admin, parties

__all__ = ["admin", "parties"]


@pytest.fixture(scope="session")
def rounds() -> int:
    """TAXBRIDGE_FAULT_ROUNDS, set by `make faults`; a sample otherwise."""
    return int(os.environ.get("TAXBRIDGE_FAULT_ROUNDS", "40"))
