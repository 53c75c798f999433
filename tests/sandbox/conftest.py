from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sandbox.authority import Authority, dropped, made_authority

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sme-invoices"


def _name(kind: str) -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"taxbridge_test_authority_{kind}_{worker}"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority whose store the import tests fill; each uses company codes of its own."""
    authority = made_authority(tmp_path_factory.mktemp("store"), name=_name("store"))
    yield authority
    dropped(authority)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority that serves HTTP, with twelve simulated firms."""
    made = made_authority(tmp_path_factory.mktemp("authority"), name=_name("http"))
    made.run("simulate_firms", 12, "--password", "demo-password")
    made.serve()
    yield made
    dropped(made)


@pytest.fixture
def published() -> Path:
    """The published invoices, where this machine has them."""
    if not PUBLISHED.exists():
        pytest.skip("the published invoices are not on this machine (../shared/data)")
    return PUBLISHED


@pytest.fixture
def new_code() -> Callable[[], str]:
    """Company codes that no other test uses."""
    return lambda: f"T{os.urandom(5).hex().upper()}"
