"""What appending to the ledger costs, against a plain insert and against a serial hash chain.

One event, one transaction: *plain* inserts its body into a table with the outbox's columns and
keys; *staged* into the outbox, which a running sequencer drains and signs meanwhile; *serial*
appends it to a chain under a lock held until its commit. For information, a business row alone
(*row*) and with its event (*both*). All alternate, so that other work on the machine meets them
alike; ratios of medians are compared.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping

import psycopg

from bench.bars import Bars
from bench.scratch import ROOT
from portal.embedded import postgres

TABLES = """
CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reference uuid UNIQUE,
  amount_fen bigint, status text, at timestamptz DEFAULT now());
CREATE TABLE bench_plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE, body bytea NOT NULL CHECK (octet_length(body) <= 65535));
CREATE TABLE bench_chain (seq bigint PRIMARY KEY, event_id uuid NOT NULL UNIQUE,
  body bytea NOT NULL CHECK (octet_length(body) <= 65535), link bytea NOT NULL);
INSERT INTO bench_chain VALUES (0, gen_random_uuid(), '', sha256(''));
GRANT SELECT, INSERT ON bench_row, bench_plain, bench_chain TO PUBLIC;
"""
# The same work of writing the body in each of them.
BODY = """convert_to(ledger.event_text('person:' || gen_random_uuid(),
 ledger.written_time(clock_timestamp()), e.id::text, 'decision.recorded',
 '{"band":"B","outcome":"approve","reasons":"a,b","score":640}',
 'application:' || gen_random_uuid()), 'UTF8')"""
ID = "(SELECT gen_random_uuid() AS id) e"
ROW = "INSERT INTO bench_row (reference, amount_fen, status) VALUES (gen_random_uuid(), 1, 'sent');"
PLAIN = f"INSERT INTO bench_plain (event_id, body) SELECT e.id, {BODY} FROM {ID};"  # noqa: S608 -- fixed texts
EVENT = f"INSERT INTO ledger.outbox (event_id, body) SELECT e.id, {BODY} FROM {ID};"  # noqa: S608
LINK = f"""SELECT pg_advisory_xact_lock(1);
INSERT INTO bench_chain SELECT c.seq + 1, e.id, e.body, sha256(c.link || sha256(e.body))
 FROM (SELECT seq, link FROM bench_chain ORDER BY seq DESC LIMIT 1) c,
 LATERAL (SELECT e.id, {BODY} AS body FROM {ID}) e;"""  # noqa: S608
SCRIPTS = {
    "plain": PLAIN,
    "staged": EVENT,
    "serial": f"BEGIN;\n{LINK}\nCOMMIT;\n",
    "row": f"BEGIN;\n{ROW}\nCOMMIT;\n",
    "both": f"BEGIN;\n{ROW}\n{EVENT}\nCOMMIT;\n",
}

LEAST_OF_PLAIN = 0.90
LEAST_OF_SERIAL = 10.0
MANY = 32


def append(
    bars: Bars, environment: Mapping[str, str], *, clients: list[int], rounds: int, seconds: int
) -> None:
    """Compare the three at each number of clients."""
    with psycopg.connect(environment["DATABASE_URL_OWNER"], autocommit=True) as owner:
        owner.execute(TABLES)
    sequencer = start_sequencer(environment)
    try:
        for number in clients:
            _compare(bars, environment, number, rounds, seconds)
    finally:
        sequencer.terminate()
        sequencer.wait()


def start_sequencer(
    environment: Mapping[str, str], command: str = "sequence_ledger", role: str = "sequencer"
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env={**environment, "TAXBRIDGE_ROLE": role},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _compare(
    bars: Bars, environment: Mapping[str, str], clients: int, rounds: int, seconds: int
) -> None:
    rates: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    for _ in range(rounds):
        for name, script in SCRIPTS.items():
            rates[name].append(transactions_a_second(environment, script, clients, seconds))
    found = {name: statistics.median(values) for name, values in rates.items()}
    said = ", ".join(f"{name} {rate:,.0f}/s" for name, rate in found.items())
    ratio = found["staged"] / found["plain"]
    bars.at_least(f"staged / plain insert, {clients} clients", ratio, LEAST_OF_PLAIN, said=said)
    if clients == MANY:
        ratio = found["staged"] / found["serial"]
        bars.at_least(f"staged / serial chain, {clients} clients", ratio, LEAST_OF_SERIAL)
    print(
        f"  (a row with its event / the row alone: {found['both'] / found['row']:.2f})", flush=True
    )


def transactions_a_second(
    environment: Mapping[str, str], script: str, clients: int, seconds: int
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
