"""How long the runs of this folder are: a sample, or what `make ledger-mutations` asks for."""

from __future__ import annotations

import os

import pytest

from tests.ledger_attacks.conftest import own_ledger

__all__ = ["own_ledger"]


@pytest.fixture(scope="session")
def mutations() -> int:
    """TAXBRIDGE_LEDGER_MUTATIONS: half of them change an export, half a database."""
    return int(os.environ.get("TAXBRIDGE_LEDGER_MUTATIONS", "300"))


@pytest.fixture(scope="session")
def untouched() -> int:
    """TAXBRIDGE_LEDGER_UNTOUCHED: exports that nobody changed."""
    return int(os.environ.get("TAXBRIDGE_LEDGER_UNTOUCHED", "12"))
