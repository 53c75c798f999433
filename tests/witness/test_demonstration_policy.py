"""The demonstration's policy: the regulator and at least one bank."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.format.note_keys import Signer
from ledger.format.policy import Policy
from portal.config.demonstration.witnesses import LABELS, make_witnesses
from portal.embedded.processes import WITNESS_PORTS

ORIGIN = "log.example/tests"
URLS = {name: f"http://127.0.0.1:{port}" for name, port in WITNESS_PORTS.items()}
LOGS = [Signer(ORIGIN, Ed25519PrivateKey.generate()).verifier for _ in range(2)]


def written(folder: Path, *, logs: int) -> Policy:
    list(make_witnesses(folder, logs=LOGS[:logs], urls=URLS))
    return Policy.parse((folder / "public" / "policy").read_text(encoding="utf-8"))


def test_every_witness_has_a_process_a_name_and_an_address(tmp_path: Path) -> None:
    policy = written(tmp_path, logs=1)
    assert set(policy.witnesses) == set(LABELS) == set(WITNESS_PORTS)
    assert {name: one.url for name, one in policy.witnesses.items()} == URLS
    names = json.loads((tmp_path / "public" / "witnesses.json").read_text(encoding="utf-8"))
    assert names == LABELS


def test_the_quorum_is_the_regulator_and_a_bank(tmp_path: Path) -> None:
    policy = written(tmp_path, logs=1)
    assert policy.is_met({"regulator", "harbour"})
    assert policy.is_met({"regulator", "lantern"})
    assert not policy.is_met({"lantern", "harbour"})
    assert not policy.is_met({"regulator"})


def test_written_again_it_names_the_logs_keys_of_now_and_the_same_witnesses(tmp_path: Path) -> None:
    before, after = written(tmp_path, logs=1), written(tmp_path, logs=2)
    assert (before.logs, after.logs) == (LOGS[:1], LOGS)
    assert before.witnesses == after.witnesses
    for key in tmp_path.rglob("*.pem"):
        assert key.stat().st_mode & 0o077 == 0
