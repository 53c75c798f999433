"""A bank's whole portfolio scored anew, by one worker and by two, and through three kills.

    python bench/portfolio.py [--firms 100000] [--seed 1]

Consents with signed documents and sealed chunks stand in a scratch database (`portfolio_world`:
rows are copied, signatures and keys are not); dispatcher, broker and Celery workers are real
processes with their own log-ins. Four stretches of one run: one worker, two, one, two; the first
fifth of a stretch doesn't count. Then, at three random moments, one process of dispatcher, broker
and workers is killed with SIGKILL and started again. At the end every firm has one score, one item
and one counted use. Memory: that of the first worker at a tenth of the run and when the kills
begin. Exits with 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any
from uuid import UUID

import django
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bars
from bench.scratch import run_manage, scratch_database
from portal.embedded import launch, ports, valkey

LEAST_RATIO, MOST_MEMORY = 1.4, 1.15
STRETCHES = ((0.0, 0.12, 1), (0.12, 0.34, 2), (0.34, 0.46, 1), (0.46, 0.68, 2))
KILLS_FROM, KILLS_TO = 0.70, 0.95
WARMING = 0.2
_COUNTS = """
    SELECT count(*) FILTER (WHERE i.status <> 'waiting') FROM scoring_portfolio_item i
    WHERE i.run_id = %s
"""
Connection = psycopg.Connection[Any]


@dataclass
class Stage:
    """The processes of the run, by name, and how to start each again."""

    environment: dict[str, str]
    folder: Path
    broker: valkey.Valkey
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        if name == "broker":
            self.running[name] = self.broker.start()
            return
        role, module = "scorer", ["celery", *_CELERY, "-n", f"{name}@bench"]
        if name == "dispatcher":
            role, module = "web", ["django", "dispatch_jobs"]
        wanted = {"web": ("WEB",), "scorer": ("SCORER", "VAULT")}[role]
        own = {
            key: value
            for key, value in self.environment.items()
            if not key.startswith("DATABASE_URL_") or key.rpartition("_")[2] in wanted
        }
        environment = {**own, "TAXBRIDGE_ROLE": role, "TAXBRIDGE_BROKER_URL": self.broker.url_for()}
        log = self.folder / f"{name}.log"
        self.running[name] = launch.start("module", module, environment=environment, log=log)

    def kill(self, name: str) -> None:
        """The whole session of a process, at once."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def memory_mb(self, name: str) -> float:
        """Of all processes of its session."""
        return sum(map(_rss_mb, _session(self.running[name].pid)))

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)


_CELERY = (
    *("-A", "portal.config.celery", "worker", "--loglevel", "WARNING", "-Q", "vault"),
    *("--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with scratch_database(flush_ms=0) as environment:
        run_manage(environment, "make_keys", role="owner")
        run_manage(environment, "ship_models", role="owner")
        os.environ.update({**environment, "TAXBRIDGE_ROLE": "web"})
        django.setup()
        return _measure(environment, options.firms, random.Random(options.seed))  # noqa: S311 -- moments, no secret


def _measure(environment: dict[str, str], firms: int, chance: random.Random) -> int:
    # These need settings, which need the scratch server's addresses.
    from bench.portfolio_world import fill  # noqa: PLC0415
    from portal.core.actor import SystemActor  # noqa: PLC0415
    from scoring.portfolio.start_rescoring import start_rescoring  # noqa: PLC0415

    admin_url = environment["DATABASE_URL_ADMIN"].rpartition("/")[0] + "/bench"
    folder = Path(environment["TAXBRIDGE_DATA_DIR"])
    broker = valkey.Valkey(folder / "broker", ports.free_port(), secrets.token_hex(16))
    stage, bars = Stage(environment, folder, broker), Bars()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        bank_id = _timed(f"{firms:,} firms filled", lambda: fill(admin, firms))
        run = _timed(
            "run begun",
            lambda: start_rescoring(SystemActor("bench"), bank_id=bank_id),
        )
        try:
            for name in ("broker", "dispatcher", "worker-1"):
                stage.start(name)
            _rates(stage, admin, run.id, firms, bars)
            _kills(stage, admin, run.id, firms, chance)
        finally:
            stage.stop()
        _once(admin, run.id, firms, bars)
    return int(bool(bars.missed))


def _rates(stage: Stage, admin: Connection, run_id: UUID, firms: int, bars: Bars) -> None:
    found: dict[int, list[float]] = {1: [], 2: []}
    early = 0.0
    for first, last, workers in STRETCHES:
        if workers == 2:
            stage.start("worker-2")
        elif "worker-2" in stage.running:
            stage.kill("worker-2")
        begin = first + (last - first) * WARMING
        until(admin, run_id, int(firms * begin))
        early = early or stage.memory_mb("worker-1")
        began, counted = time.perf_counter(), settled(admin, run_id)
        until(admin, run_id, int(firms * last))
        rate = (settled(admin, run_id) - counted) / (time.perf_counter() - began)
        found[workers].append(rate)
        print(f"{workers} worker(s): {rate:.1f} firms a second", flush=True)
    one, two = mean(found[1]), mean(found[2])
    bars.at_least("two workers to one", two / one, LEAST_RATIO, said=f"{one:.1f}, {two:.1f} /s")
    late = stage.memory_mb("worker-1")
    bars.at_most(
        "memory of a worker, late to early",
        late / early,
        MOST_MEMORY,
        said=f"{early:.0f}, {late:.0f} MB",
    )


def _kills(
    stage: Stage, admin: Connection, run_id: UUID, firms: int, chance: random.Random
) -> None:
    moments = sorted(chance.uniform(KILLS_FROM, KILLS_TO) for _ in range(3))
    for number, moment in enumerate(moments):
        until(admin, run_id, int(firms * moment))
        # At least one of the three is a worker.
        names = ["worker-1"] if number == 0 else list(stage.running)
        name = chance.choice(names)
        print(f"kill -9 of {name} at {settled(admin, run_id):,}", flush=True)
        stage.kill(name)
        stage.start(name)
    began = time.perf_counter()
    _until(lambda: _is_finished(admin, run_id))
    print(f"finished {time.perf_counter() - began:.0f} s after the last kill")


def _once(admin: Connection, run_id: UUID, firms: int, bars: Bars) -> None:
    row = admin.execute(
        """
        SELECT count(*) FILTER (WHERE i.status = 'scored'),
            count(DISTINCT i.score_id), (SELECT count(*) FROM scoring_score),
            (SELECT count(*) FROM gate.use)
        FROM scoring_portfolio_item i WHERE i.run_id = %s
        """,
        [run_id],
    ).fetchone()
    for what, number in zip(
        ("items scored", "scores of items", "scores in all", "uses counted"), row or (), strict=True
    ):
        bars.at_least(what, number / firms, 1.0, said=f"{number:,}")
        bars.at_most(what, number / firms, 1.0, said=f"{number:,}")


def settled(admin: Connection, run_id: UUID) -> int:
    """How many items are."""
    row = admin.execute(_COUNTS, [run_id]).fetchone()
    return int(row[0]) if row else 0


def until(admin: Connection, run_id: UUID, wanted: int) -> None:
    """Wait until so many items are settled."""
    _until(lambda: settled(admin, run_id) >= wanted)


def _until(reached: Callable[[], bool]) -> None:
    seen_at = time.monotonic()
    while not reached():
        if time.monotonic() - seen_at > 7200:
            raise SystemExit("Nothing moves any more.")
        time.sleep(0.1)


def _is_finished(admin: Connection, run_id: UUID) -> bool:
    query = "SELECT status = 'finished' FROM scoring_portfolio_run WHERE id = %s"
    row = admin.execute(query, [run_id]).fetchone()
    return bool(row and row[0])


def _session(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == pid:
                found.append(int(folder.name))
        except ProcessLookupError:
            continue
    return found


def _rss_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _timed(what: str, action: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    answer = action()
    print(f"{what} in {time.perf_counter() - began:.1f} s", flush=True)
    return answer


if __name__ == "__main__":
    sys.exit(main())
