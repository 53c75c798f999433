"""The real process, ended well; what becomes of a killed one: tests/ledger_faults."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger import queries
from tests.ledger.facts import write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "sequence_ledger", *arguments],
        cwd=ROOT,
        env={**os.environ, "TAXBRIDGE_ROLE": "sequencer"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_running(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert "running" in process.stdout.readline()


def test_once_empties_the_outbox() -> None:
    event_id = write()
    process = start("--once")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert queries.entry_of_event(event_id) is not None
    assert "not signed" in errors


def test_sigterm_ends_it_well() -> None:
    process = start()
    wait_until_running(process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors


def test_a_bad_key_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key.pem").write_text("no key")
    monkeypatch.setenv("TAXBRIDGE_LEDGER_KEY", str(tmp_path / "key.pem"))
    process = start()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "TAXBRIDGE_LEDGER_KEY: Not a PEM private key." in errors
