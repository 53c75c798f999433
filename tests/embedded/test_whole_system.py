"""The supervisor with everything under it: who knows what, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from portal.embedded.processes import MOVERS, WITNESS_PORTS
from tests.embedded.whole_system import WholeSystem, holding, start, still_there

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole system"), pytest.mark.timeout(300)]

# Which of the run's secrets each process may hold. Everything else is another's.
MAY_HOLD = {
    "gunicorn portal.config.wsgi": {"password-web", "secret-key-web"},
    "gunicorn portal.signer.wsgi": {"password-signer", "secret-key-signer"},
    "gunicorn portal.sandbox.taxauthority.wsgi": {
        "password-tax_authority",
        "secret-key-authority",
    },
    "worker -Q default": {"password-web", "secret-key-web", "password-broker"},
    "worker -Q vault": {
        *("password-scorer", "password-vault", "secret-key-worker-vault", "password-broker"),
    },
    "worker -Q intake": {"password-intake", "secret-key-worker-intake", "password-broker"},
    "worker -Q money": {"password-web", "secret-key-web", "password-broker"},
    "beat": {"password-web", "secret-key-beat", "password-broker"},
    "dispatch_jobs": {"password-web", "secret-key-dispatcher", "password-broker"},
    "sequence_ledger": {"password-sequencer", "secret-key-sequencer"},
    "gather_cosignatures": {"password-gatherer", "secret-key-gatherer"},
    "watch_consents": {"password-watchdog", "secret-key-watchdog"},
    "portal.sandbox.witness": set(),
    "portal.sandbox.ecny": set(),
    "portal.sandbox.clearing": set(),
}
WITNESS_IS_TOLD = {
    "TAXBRIDGE_WITNESS_NAME",
    "TAXBRIDGE_WITNESS_KEY",
    "TAXBRIDGE_WITNESS_MEMORY",
    "TAXBRIDGE_WITNESS_LOGS",
}
MOVERS_ARE_TOLD = {
    f"portal.sandbox.{name}": {
        f"TAXBRIDGE_{name.upper()}_{what}" for what in ("KEY", "BOOKS", "ORDERERS", "CALLBACK")
    }
    for name in MOVERS
}
PRIVATE_KEY_OF = {
    "gunicorn portal.config.wsgi": "receipts/signing.pem",
    "gunicorn portal.signer.wsgi": "signer/signing.pem",
    "gunicorn portal.sandbox.taxauthority.wsgi": "authority/signing.pem",
    "worker -Q vault": "vault/unwrap.pem",
    "worker -Q intake": "portal/client.pem",
    "worker -Q money": "rails/signing.pem",
    "portal.sandbox.ecny": "ecny/signing.pem",
    "portal.sandbox.clearing": "clearing/signing.pem",
    "sequence_ledger": "ledger/signing.pem",
}


def kind_of(words: str) -> str | None:
    """The row of MAY_HOLD that a command line belongs to; servers of others have none."""
    plain = words.replace("--loglevel INFO ", "")
    return next((kind for kind in MAY_HOLD if kind in plain), None)


def secrets_in(folder: Path, text: str) -> set[str]:
    return {path.name for path in (folder / "secrets").iterdir() if path.read_text() in text}


def test_each_process_knows_only_its_own_credentials(system: WholeSystem) -> None:
    wrong, seen = [], set()
    for words, process in system.descendants().items():
        kind = kind_of(words)
        known = "\n".join([*process.environ().values(), *process.cmdline()])
        held = secrets_in(system.folder, known)
        if held != MAY_HOLD.get(kind or "", set()):
            wrong.append(f"{words} holds {sorted(held)}")
        keys = {key for key in PRIVATE_KEY_OF.values() if f"/keys/{key}" in known}
        if keys != {PRIVATE_KEY_OF[kind]} if kind in PRIVATE_KEY_OF else keys:
            wrong.append(f"{words} is told of the private keys {sorted(keys)}")
        seen.add(kind)
    assert not wrong, "\n".join(wrong)
    assert seen >= set(MAY_HOLD), set(MAY_HOLD) - seen


def test_each_outsider_knows_its_own_key_and_nothing_of_the_portal(system: WholeSystem) -> None:
    keys = set()
    for words, process in system.descendants().items():
        ours = {name for name in process.environ() if name.startswith(("TAXBRIDGE_", "DATABASE"))}
        if kind_of(words) == "portal.sandbox.witness":
            assert ours == WITNESS_IS_TOLD, words
            keys.add(process.environ()["TAXBRIDGE_WITNESS_KEY"])
        else:
            assert ours == MOVERS_ARE_TOLD.get(kind_of(words) or "", ours), words
            assert "/witness-" not in "\n".join(process.environ().values()), words
    assert len(keys) == len(WITNESS_PORTS)


def test_no_process_inherits_the_persons_environment(system: WholeSystem) -> None:
    allowed = {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"}
    ours = ("TAXBRIDGE_", "TAX_AUTHORITY_", "DATABASE_URL_", "DJANGO_", "PYTHON", "SERVER_SOFTWARE")
    for words, process in system.descendants().items():
        strange = {
            name
            for name in process.environ()
            if name not in allowed and not name.startswith((*ours, "FORKED_BY_", "_MP_", "CELERY_"))
        }
        assert not strange, f"{words}: {strange}"


def test_private_files_are_private(system: WholeSystem) -> None:
    private = [*(system.folder / "secrets").iterdir(), *(system.folder / "keys").rglob("*.pem")]
    assert len(private) > 10
    for path in private:
        assert path.stat().st_mode & 0o077 == 0, path
    assert system.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_leaves_no_process(system: WholeSystem, by: signal.Signals) -> None:
    everything = system.descendants()
    assert len(everything) > len(MAY_HOLD)
    system.process.send_signal(by)
    assert system.process.wait(90) == 0, system.said()
    assert not still_there(everything, within=0.5)
    assert not holding(system.folder)
    assert "was killed" not in system.said().split("Stopping;")[1], system.said()


def test_killed_it_leaves_no_process_and_the_next_start_recovers(
    system: WholeSystem, runs: list[WholeSystem]
) -> None:
    everything = system.descendants()
    system.process.send_signal(signal.SIGKILL)
    system.process.wait()
    assert not still_there(everything, within=5)
    runs.append(start(system.folder, base_port=system.base_port))
    runs[-1].wait_until_ready()
    assert f"The last run (process {system.process.pid}) was killed" in runs[-1].said()
    assert "Preparing" not in runs[-1].said()


def test_a_second_run_in_the_folder_is_refused(system: WholeSystem) -> None:
    second = start(system.folder, console="second.console")
    assert second.process.wait(30) == 1
    assert f"already running from {system.folder} (process {system.process.pid})" in second.said()
    assert system.process.poll() is None


def test_a_killed_process_is_started_again(system: WholeSystem) -> None:
    sequencer = next(
        process
        for words, process in system.descendants().items()
        if words.endswith("--name sequencer")
    )
    os.kill(sequencer.pid, signal.SIGKILL)
    end = time.monotonic() + 20
    while not any(words.endswith("--name sequencer") for words in _others(system, sequencer)):
        assert time.monotonic() < end, system.said()
        time.sleep(0.2)
    assert "sequencer ended (SIGKILL); starting it again in 1 s." in system.said()


def _others(system: WholeSystem, gone: psutil.Process) -> list[str]:
    return [words for words, process in system.descendants().items() if process != gone]
