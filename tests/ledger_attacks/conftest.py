from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.ledger_attacks.own_ledger import OwnLedger, own_database
from tests.ledger_verifier.exports import LOG, POLICY

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def own_ledger(
    admin_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    transactional_db: None,
) -> Iterator[OwnLedger]:
    """An empty ledger in a database of its own, whose key and policy are those of the tests."""
    x = base64.urlsafe_b64encode(LOG.key.public_key().public_bytes_raw()).decode().rstrip("=")
    keys = {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": x}]}
    (tmp_path / "ledger.json").write_text(json.dumps(keys))
    (tmp_path / "policy").write_text(POLICY)
    monkeypatch.setenv("TAXBRIDGE_LEDGER_PUBLIC_KEYS", str(tmp_path / "ledger.json"))
    monkeypatch.setenv("TAXBRIDGE_LEDGER_POLICY", str(tmp_path / "policy"))
    monkeypatch.setenv("TAXBRIDGE_LEDGER_ORIGIN", LOG.name)
    with own_database(admin_url, f"{settings.ROLE_PREFIX}own_ledger_{WORKER}") as ledger:
        yield ledger
