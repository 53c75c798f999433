"""What the ledger costs and how it grows, in one run, each figure against its bar.

    python bench/ledger.py [append latency saving explorer checking] [--flush-ms 2]
        [--small 10000] [--large 10000000] [--clients 1 8 32] [--rounds 3] [--seconds 4]

``append``: committed events against plain inserts and a serial hash chain. ``latency``: commit to
checkpoint, and to a quorum of witnesses. ``saving``: a model saved with its event. ``explorer``:
the regulator's pages with many entries against few. ``checking``: an export and the database
re-hashed, against loops with as many hashes, and their memory. Exits with 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import django
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bars
from bench.ledger_append import append
from bench.ledger_latency import latency
from bench.ledger_saving import faster, saving
from bench.scratch import run_manage, scratch_database, slow_flushes

LARGE, SMALL = "bench_large", "bench_small"
PARTS = ("append", "latency", "saving", "explorer", "checking")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="part")
    parser.add_argument("--flush-ms", type=int, default=2, help="what a flush takes longer")
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=3, help="of appending; the middle counts")
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    bars = Bars()
    with scratch_database(flush_ms=options.flush_ms) as scratch:
        run_manage(scratch, "make_keys", role="owner")
        environment = _with_keys(scratch)
        os.environ.update({**environment, "TAXBRIDGE_ROLE": "web"})
        django.setup()
        with psycopg.connect(environment["DATABASE_URL_ADMIN"], autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {LARGE} TEMPLATE bench")
        appended(bars, environment, options)
        if {"checking", "explorer"} & set(options.parts):
            grown(bars, environment, options)
    if bars.missed:
        print(f"{len(bars.missed)} missed: {'; '.join(bars.missed)}")
    return int(bool(bars.missed))


def appended(bars: Bars, environment: dict[str, str], options: argparse.Namespace) -> None:
    """What writing costs; the disk is slow only where others write too."""
    if "append" in options.parts:
        append(
            bars,
            environment,
            clients=options.clients,
            rounds=options.rounds,
            seconds=options.seconds,
        )
    if "latency" in options.parts:
        latency(bars, environment, clients=options.clients, seconds=options.seconds * 3)
    if "saving" in options.parts:
        saving(bars, pairs=1_000, flush_ms=options.flush_ms)
    slow_flushes(environment["DATABASE_URL_ADMIN"], 0)
    if "saving" in options.parts:
        faster(pairs=1_000)


def grown(bars: Bars, environment: dict[str, str], options: argparse.Namespace) -> None:
    """A small ledger and a large one, which begins with the small one, side by side."""
    # These need settings.
    from bench.ledger_checking import checking, memory  # noqa: PLC0415
    from bench.ledger_explorer import exploring  # noqa: PLC0415
    from bench.ledger_world import fill, on_database, sign  # noqa: PLC0415

    large, small = (on_database(environment, name) for name in (LARGE, SMALL))
    with psycopg.connect(large["DATABASE_URL_ADMIN"], autocommit=True) as admin:
        link = fill(admin, first=0, last=options.small)
    # A page of checkpoints is full in the small ledger too.
    sign(LARGE, first=0, last=options.small, every=250)
    with psycopg.connect(environment["DATABASE_URL_ADMIN"], autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {SMALL} TEMPLATE {LARGE}")
    started = perf_counter()
    with psycopg.connect(large["DATABASE_URL_ADMIN"], autocommit=True) as admin:
        fill(admin, first=options.small, last=options.large, link=link)
    sign(LARGE, first=options.small, last=options.large)
    took = perf_counter() - started
    print(f"{options.small:,} and {options.large:,} entries ({took:.0f} s to fill)", flush=True)
    if "explorer" in options.parts:
        exploring(bars, small=options.small, databases=(SMALL, LARGE), rounds=40)
    if "checking" in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            checking(bars, large, Path(folder) / "export", entries=options.large)
            says = f"{options.small:,} and {options.large:,}"
            memory(bars, small, large, Path(folder), says=says)


def _with_keys(environment: dict[str, str]) -> dict[str, str]:
    keys = Path(environment["TAXBRIDGE_KEYS_DIR"])
    return {
        **environment,
        "TAXBRIDGE_LEDGER_KEY": str(keys / "ledger" / "signing.pem"),
        "TAXBRIDGE_LEDGER_PUBLIC_KEYS": str(keys / "public" / "ledger.json"),
        "TAXBRIDGE_LEDGER_POLICY": str(keys / "public" / "policy"),
    }


if __name__ == "__main__":
    sys.exit(main())
