"""What recording an event costs: plain INSERT, staged append and a serial chain, in one run.

    python bench/ledger_append.py [--flush-ms 2] [--seconds 3] [--rounds 3] [--clients 1 32]

Each transaction writes one business row. *staged* also puts one event in the outbox, as `record`
does, while the real sequencer drains it; its body is composed by the server, which a portal
process would do itself, so that the figure is a little too low. *serial* appends to a chain under
a lock held until its commit. The three alternate, so that other work on the machine meets all
alike; ratios of medians are printed. Last, all entries made are checked, against a loop over the
same bodies in memory with the same number of hashes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.scratch import ROOT, run_manage, scratch_database
from portal.embedded import postgres

TABLES = """
CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reference uuid UNIQUE,
  amount_fen bigint, status text, at timestamptz DEFAULT now());
CREATE TABLE bench_chain (seq bigint PRIMARY KEY, event_id uuid UNIQUE, body bytea, link bytea);
INSERT INTO bench_chain VALUES (0, gen_random_uuid(), '', sha256(''));
GRANT SELECT, INSERT ON bench_row, bench_chain TO PUBLIC;
"""
BODY = """ledger.event_text('person:' || gen_random_uuid(), ledger.written_time(clock_timestamp()),
 e.id::text, 'decision.recorded', '{"band":"B","outcome":"approve","reasons":"a,b","score":640}',
 'application:' || gen_random_uuid())"""
ROW = "INSERT INTO bench_row (reference, amount_fen, status) VALUES (gen_random_uuid(), 1, 'sent');"
EVENT = f"""INSERT INTO ledger.outbox (event_id, body)
 SELECT e.id, convert_to({BODY}, 'UTF8') FROM (SELECT gen_random_uuid() AS id) e;"""  # noqa: S608 -- fixed texts
LINK = f"""SELECT pg_advisory_xact_lock(1);
INSERT INTO bench_chain SELECT c.seq + 1, e.id, e.body, sha256(c.link || sha256(e.body))
 FROM (SELECT seq, link FROM bench_chain ORDER BY seq DESC LIMIT 1) c,
 LATERAL (SELECT e.id, convert_to({BODY}, 'UTF8') AS body
          FROM (SELECT gen_random_uuid() AS id) e) e;"""  # noqa: S608
SCRIPTS = {
    "plain": f"BEGIN;\n{ROW}\nCOMMIT;\n",
    "staged": f"BEGIN;\n{ROW}\n{EVENT}\nCOMMIT;\n",
    "serial": f"BEGIN;\n{ROW}\n{LINK}\nCOMMIT;\n",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--flush-ms", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32])
    options = parser.parse_args()
    with scratch_database(flush_ms=options.flush_ms) as environment:
        with psycopg.connect(environment["DATABASE_URL_OWNER"], autocommit=True) as owner:
            owner.execute(TABLES)
        sequencer = start_sequencer(environment)
        try:
            for clients in options.clients:
                measure(environment, clients, options.rounds, options.seconds)
        finally:
            sequencer.terminate()
            sequencer.wait()
        check(environment)


def start_sequencer(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "sequence_ledger"],
        cwd=ROOT,
        env={**environment, "TAXBRIDGE_ROLE": "sequencer"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def measure(environment: dict[str, str], clients: int, rounds: int, seconds: int) -> None:
    rates: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    for _ in range(rounds):
        for name, script in SCRIPTS.items():
            rates[name].append(transactions_a_second(environment, script, clients, seconds))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    figures = ", ".join(f"{name} {rate:,.0f}/s" for name, rate in medians.items())
    print(
        f"{clients:>3} clients: staged / plain {medians['staged'] / medians['plain']:.2f}, "
        f"staged / serial {medians['staged'] / medians['serial']:.1f}, "
        f"serial / plain {medians['serial'] / medians['plain']:.2f}   ({figures})"
    )


def check(environment: dict[str, str]) -> None:
    run_manage(environment, "sequence_ledger", "--once", role="sequencer")
    said = run_manage(environment, "check_ledger", role="web")
    found = re.search(r"([0-9,]+) entries a second", said)
    if found is None:
        raise SystemExit(f"check_ledger said: {said}")
    checked = int(found[1].replace(",", ""))
    with psycopg.connect(environment["DATABASE_URL_WEB"]) as web:
        rows = web.execute("SELECT body FROM ledger.entry ORDER BY seq").fetchall()
    started, link = time.perf_counter(), bytes(32)
    for (body,) in rows:
        link = hashlib.sha256(link + hashlib.sha256(b"\0" + body).digest()).digest()
    looped = len(rows) / (time.perf_counter() - started)
    print(
        f"check of {len(rows):,} entries / loop with the same hashes: {checked / looped:.2f}   "
        f"(check {checked:,}/s, loop {looped:,.0f}/s)"
    )


def transactions_a_second(
    environment: dict[str, str], script: str, clients: int, seconds: int
) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        result = subprocess.run(
            [
                str(postgres.programs() / "pgbench"),
                *("--no-vacuum", "--protocol=prepared", f"--file={file.name}"),
                *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={seconds}"),
                environment["DATABASE_URL_WEB"],
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PGAPPNAME": "bench"},
        )
    found = re.search(r"tps = ([0-9.]+)", result.stdout)
    if (
        result.returncode
        or found is None
        or "number of failed transactions: 0 " not in result.stdout
    ):
        raise SystemExit(f"pgbench failed:\n{result.stdout}{result.stderr}")
    return float(found[1])


if __name__ == "__main__":
    main()
