"""From an event's commit until a checkpoint covers it, and until a quorum of witnesses does.

One client commits an event every now and then and looks every few milliseconds how far the
ledger is, as outsiders see it; meanwhile others write as fast as they can.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from bench.bars import Bars, percentile
from bench.ledger_append import SCRIPTS, start_sequencer, transactions_a_second
from bench.scratch import ROOT
from portal.embedded import ports

SIGNED_SECONDS = 0.5
WITNESSED_SECONDS = 2.0
LOOK_EVERY = 0.004
WRITE_EVERY = 0.02
NAMES = ("regulator", "bank-a", "bank-b")
EVENT = """
INSERT INTO ledger.outbox (event_id, body) VALUES (%(id)s::text::uuid, convert_to(
  ledger.event_text(
    'person:bench', ledger.written_time(clock_timestamp()), %(id)s::text, 'decision.recorded',
    '{"band":"B","outcome":"approve","reasons":"a","score":640}',
    'application:' || %(id)s::text), 'UTF8'))
"""
HEADS = """
SELECT (SELECT max(size) FROM ledger.checkpoint), (SELECT max(size) FROM ledger.witnessed)
"""
IS_WITNESSED = """
SELECT 1 FROM ledger.entry WHERE event_id = %s AND seq < (SELECT max(size) FROM ledger.witnessed)
"""


def latency(
    bars: Bars, environment: Mapping[str, str], *, clients: list[int], seconds: int
) -> None:
    """Measure under each number of writing clients; three witnesses run beside."""
    with _witnesses(environment):
        running = [
            start_sequencer(environment),
            start_sequencer(environment, "gather_cosignatures", "gatherer"),
        ]
        try:
            _wait_until_witnessed(environment["DATABASE_URL_WEB"])
            for number in clients:
                _measure(bars, environment, number, seconds)
        finally:
            for process in running:
                process.terminate()
                process.wait()


def _wait_until_witnessed(url: str) -> None:
    """Until all processes have started and a first event has gone the whole way.

    What an earlier part of the bench left in the outbox is through by then.
    """
    event_id = str(uuid4())
    with psycopg.connect(url, autocommit=True) as web:
        web.execute(EVENT, {"id": event_id})
        while not web.execute(IS_WITNESSED, [event_id]).fetchone():
            time.sleep(LOOK_EVERY)


def _measure(bars: Bars, environment: Mapping[str, str], clients: int, seconds: int) -> None:
    others = threading.Thread(
        target=transactions_a_second, args=(environment, SCRIPTS["staged"], clients, seconds)
    )
    others.start()
    committed, seen = _observed(environment["DATABASE_URL_WEB"], seconds)
    others.join()
    with psycopg.connect(environment["DATABASE_URL_WEB"]) as web:
        rows = web.execute(
            "SELECT event_id::text, seq FROM ledger.entry WHERE event_id = ANY(%s::uuid[])",
            [list(committed)],
        ).fetchall()
    if len(rows) != len(committed):
        raise SystemExit(f"{len(committed) - len(rows)} events never got a number")
    for column, what, limit in ((1, "signed", SIGNED_SECONDS), (2, "witnessed", WITNESSED_SECONDS)):
        times = [one[0] for one in seen]
        sizes = [one[column] for one in seen]
        took = [
            times[bisect_right(sizes, seq)] - committed[event_id]
            for event_id, seq in rows
            if sizes[-1] > seq
        ]
        if len(took) < len(rows):
            raise SystemExit(f"{len(rows) - len(took)} of {len(rows)} events were never {what}")
        p99 = percentile(took, 99)
        said = f"p50 {percentile(took, 50) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
        bars.at_most(
            f"commit to {what} p99 / {limit} s, {clients} clients", p99 / limit, 1, said=said
        )


def _observed(url: str, seconds: int) -> tuple[dict[str, float], list[tuple[float, int, int]]]:
    """When each own event was committed, and how far the ledger was at each look."""
    committed: dict[str, float] = {}
    seen: list[tuple[float, int, int]] = []
    started = wrote = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as web:
        while (now := time.perf_counter()) < started + seconds + 2 * WITNESSED_SECONDS:
            if now < started + seconds and now >= wrote + WRITE_EVERY:
                event_id = str(uuid4())
                web.execute(EVENT, {"id": event_id})
                committed[event_id] = wrote = time.perf_counter()
            signed, witnessed = web.execute(HEADS).fetchone() or (0, 0)
            seen.append((time.perf_counter(), signed or 0, witnessed or 0))
            time.sleep(LOOK_EVERY)
    return committed, seen


@contextmanager
def _witnesses(environment: Mapping[str, str]) -> Iterator[None]:
    """Three witness programs, and the policy that names them."""
    keys = Path(environment["TAXBRIDGE_KEYS_DIR"])
    policy = Path(environment["TAXBRIDGE_LEDGER_POLICY"])
    log = _log_line(environment)
    policy.write_text(f"{log}\nquorum none\n", encoding="utf-8")
    lines, running = [log], []
    try:
        for name in NAMES:
            port = ports.free_port()
            own = {
                **environment,
                "TAXBRIDGE_WITNESS_NAME": f"bench.example/{name}",
                "TAXBRIDGE_WITNESS_KEY": str(keys / f"witness-{name}" / "signing.pem"),
                "TAXBRIDGE_WITNESS_MEMORY": str(keys / f"witness-{name}" / "memory.sqlite"),
                "TAXBRIDGE_WITNESS_LOGS": str(policy),
            }
            vkey = _witness(own, "--new-key").communicate()[0].strip()
            lines.append(f"witness {name} {vkey} http://127.0.0.1:{port}")
            running.append(_witness(own, "--bind", f"127.0.0.1:{port}"))
        groups = "group banks any bank-a bank-b\ngroup all-of-them all regulator banks"
        policy.write_text("\n".join([*lines, groups, "quorum all-of-them", ""]), encoding="utf-8")
        time.sleep(2)
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _witness(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "witness", *arguments],
        cwd=ROOT,
        env=dict(environment),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _log_line(environment: Mapping[str, str]) -> str:
    # Needs settings.
    from ledger.keys import verifiers  # noqa: PLC0415

    return f"log {verifiers()[0]}"
