from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from ledger.format.note_keys import Signer
from tests.ledger_faults.own_database import OwnDatabase, own_database

ORIGIN = "faults.example/ledger"


@pytest.fixture
def signer() -> Signer:
    return Signer(ORIGIN, Ed25519PrivateKey.generate())


@pytest.fixture
def database(transactional_db: None) -> Iterator[OwnDatabase]:
    usual = settings.DATABASES["default"]["NAME"]
    with own_database(f"{usual}_faults") as made:
        yield made
