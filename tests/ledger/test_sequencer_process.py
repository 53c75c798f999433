"""The real process: ended by SIGTERM it finishes, killed at any instant it loses nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from ledger import queries
from ledger.verification import check_chain
from tests.ledger.facts import write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ROOT = Path(__file__).resolve().parents[2]
KILLS = 4


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


@pytest.mark.slow
def test_killed_at_any_instant_it_loses_and_doubles_nothing() -> None:
    written: list[UUID] = []
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            written.append(write(using="web"))
            time.sleep(0.002)
        connections["web"].close()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    chance = random.Random(20261122)
    for _ in range(KILLS):
        process = start()
        wait_until_running(process)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
    stop.set()
    writer.join()
    _, errors = start("--once").communicate(timeout=120)
    numbers = numbers_of(written)
    assert len(written) > 100
    assert len(numbers) == len(written), errors
    assert check_chain().ok


def numbers_of(written: list[UUID]) -> set[int]:
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger.entry WHERE event_id = ANY(%s)", [written])
        return {seq for (seq,) in cursor.fetchall()}
