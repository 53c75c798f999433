"""A firm that the sandbox authority knows, connected in the portal; the two speak HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.gate.parties import Parties, new_parties
from tests.sandbox.authority import Authority, dropped, made_authority
from tests.sandbox.talking import Browser

_FIRMS: dict[str, Parties] = {}


@pytest.fixture(scope="module")
def authority(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Authority]:
    """An authority with simulated firms, one of them connected by its legal representative."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = tmp_path_factory.mktemp("authority")
    made = made_authority(folder, name=f"taxbridge_test_authority_intake_{worker}")
    made.run("simulate_firms", 2, "--password", "demo-password")
    made.serve()
    Browser(made).sign_in("sara")
    yield made
    dropped(made)


@pytest.fixture
def firm(authority: Authority, keys: None, settings: Settings) -> Parties:
    """The connected firm in the portal; both sides have pinned each other's keys."""
    folder = authority.folder / "keys"
    settings.TAX_AUTHORITY_API_URL = authority.url
    settings.AUTHORITY_PUBLIC_KEYS = folder / "public" / "authority.json"
    settings.SIGNER_KEY = folder / "signer" / "signing.pem"
    settings.SIGNER_PUBLIC_KEYS = folder / "public" / "signer.json"
    settings.CLIENT_KEY = folder / "portal" / "client.pem"
    ((uscc,),) = authority.rows("SELECT uscc FROM taxauthority_firm WHERE name LIKE %s", ["% 1"])
    return _the_firm(uscc, authority.signatory(uscc))


def _the_firm(uscc: str, person: str) -> Parties:
    """A second account for one firm would be a second person: the parties are made once."""
    key = f"{uscc}:{person}"
    if key not in _FIRMS:
        _FIRMS[key] = new_parties(uscc=uscc, authority_person=person)
    return _FIRMS[key]
