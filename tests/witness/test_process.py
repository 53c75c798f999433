"""The real process: it holds its promise while killed and raced, and says what is missing."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.witness.running import ROOT, RunningWitness
from tests.witness.small_log import SmallLog, logs_file

LOGS = 4
KILLS = 4
SIZES = 60
HISTORIES = ("true", "other")


@pytest.fixture
def logs() -> list[SmallLog]:
    return [SmallLog(origin=f"log.example/{number}") for number in range(LOGS)]


@pytest.fixture
def witness(tmp_path: Path, logs: list[SmallLog]) -> Iterator[RunningWitness]:
    running = RunningWitness(tmp_path / "witness", "witness.example/w1", logs_file(*logs))
    running.start()
    yield running
    running.kill()


class Racer(threading.Thread):
    """Offers one history of every log, as far as it is taken, while the witness comes and goes."""

    def __init__(self, witness: RunningWitness, logs: list[SmallLog], *, seed: int) -> None:
        super().__init__()
        self.cosigned: list[tuple[str, str, int, str]] = []
        self.stop = threading.Event()
        self._witness, self._logs, self._chance = witness, logs, random.Random(seed)
        self._history = HISTORIES[seed % 2]

    def run(self) -> None:
        while not self.stop.is_set():
            log = self._chance.choice(self._logs).forked(history=self._history)
            try:
                self._offer(log)
            except OSError:
                time.sleep(0.02)

    def _offer(self, log: SmallLog) -> None:
        _, said = self._witness.ask("POST", "/add-checkpoint", log.request(SIZES, SIZES))
        old = int(said) if said.strip().isdigit() else 0
        new = min(old + self._chance.randint(1, 3), SIZES - 1)
        if old < new:
            status, said = self._witness.ask("POST", "/add-checkpoint", log.request(old, new))
            if status == 200:
                self.cosigned.append((log.origin, self._history, new, said))


@pytest.mark.slow
def test_killed_and_raced_it_cosigns_one_history_of_each_log(
    witness: RunningWitness, logs: list[SmallLog]
) -> None:
    racers = [Racer(witness, logs, seed=seed) for seed in range(6)]
    for racer in racers:
        racer.start()
    chance = random.Random(20261122)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 0.5))
        witness.kill()
        witness.start()
    time.sleep(0.3)
    for racer in racers:
        racer.stop.set()
    for racer in racers:
        racer.join()
    cosigned = [one for racer in racers for one in racer.cosigned]
    assert len(cosigned) > 20
    for log in logs:
        own = [(history, size) for origin, history, size, _ in cosigned if origin == log.origin]
        assert len({history for history, _ in own}) == 1, own
        _, last = witness.ask("POST", "/add-checkpoint", log.request(SIZES, SIZES))
        assert int(last) >= max(size for _, size in own)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("TAXBRIDGE_WITNESS_NAME", "TAXBRIDGE_WITNESS_NAME is not set"),
        ("key.pem", "No such file"),
        ("logs", "Line 1: 'nonsense' is no rule."),
    ],
)
def test_it_says_what_it_lacks(tmp_path: Path, missing: str, said: str) -> None:
    idle = RunningWitness(tmp_path, "witness.example/w1", "quorum none\n")
    environment = {name: value for name, value in idle.environment.items() if name != missing}
    if missing == "logs":
        idle.settings.logs_file.write_text("nonsense\n", encoding="utf-8")
    else:
        (tmp_path / missing).unlink(missing_ok=True)
    done = told(environment)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_key_is_made_once_and_shown(tmp_path: Path) -> None:
    idle = RunningWitness(tmp_path, "witness.example/w1", "quorum none\n")
    idle.settings.key_file.unlink()
    for code in (0, 1):
        done = told(idle.environment, "--new-key")
        assert done.returncode == code, done.stderr
        assert (done.stdout.strip() == str(idle.cosigner)) == (code == 0)
    assert idle.settings.key_file.stat().st_mode & 0o077 == 0


def told(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", "witness", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
