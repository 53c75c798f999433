"""What lending costs as it grows, in one run.

    python bench/lending.py queue [--small 10000] [--large 1000000] [--rounds 40] [--only band=C]
    TAXBRIDGE_DATA_DIR=... python bench/lending.py straight [--rounds 20]

``queue``: the officers' queue as whole pages, each way to narrow and order it, with so many
applications at one bank, ten in a hundred of them undecided, and with many more in a database
beside it. Compares each page's p95 and number of queries. Exits with 1 when the larger queue is
slower than the bar allows or asks more queries.

``straight``: on the running system, from when a firm's records are there until its application is
decided by the policy, with its offer. Exits with 1 when the p95 is over three seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import django
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.lending_straight import straight
from bench.scratch import run_manage, scratch_database

MOST_RATIO = 1.3
WARM = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("part", choices=["queue", "straight"])
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, help="40 for the queue, 20 for the other")
    parser.add_argument("--only", help="one state of the query bar, as in the address")
    options = parser.parse_args()
    if options.part == "straight":
        return straight(options.rounds or 20)
    with scratch_database(flush_ms=0) as environment:
        run_manage(environment, "make_keys", role="owner")
        os.environ.update({**environment, "TAXBRIDGE_ROLE": "web"})
        django.setup()
        return _queue(environment, options)


def _queue(environment: dict[str, str], options: argparse.Namespace) -> int:
    # These need settings, which need the scratch server's addresses.
    from bench.lending_world import Desk, added_database, fill, opened_desk  # noqa: PLC0415

    small, large, rounds = options.small, options.large, options.rounds or 40
    server = environment["DATABASE_URL_ADMIN"].rpartition("/")[0]
    desk: Desk = opened_desk()
    with psycopg.connect(f"{server}/bench", autocommit=True) as admin:
        fill(admin, desk, first=0, last=small)
    with psycopg.connect(environment["DATABASE_URL_ADMIN"], autocommit=True) as admin:
        few = added_database(admin, like="bench", name="bench_few")
    with psycopg.connect(f"{server}/bench", autocommit=True) as admin:
        started = perf_counter()
        fill(admin, desk, first=small, last=large)
        print(f"{small:,} and {large:,} applications ({perf_counter() - started:.0f} s to fill)")
    queries = desk.queries() if options.only is None else [options.only]
    return int(sum(_judged(desk, query, few, rounds) for query in queries) > 0)


def _judged(desk: Any, query: str, few: str, rounds: int) -> int:
    """Whether a page misses the bar; the two databases take turns, so that both share what else
    the machine does."""
    turns = [few, "default"]
    took: dict[str, list[float]] = {alias: [] for alias in turns}
    for _ in range(rounds + WARM):
        for alias in turns:
            took[alias].append(desk.page_ms(query, alias))
        turns.reverse()
    small, large = (_p95(took[alias][WARM:]) for alias in (few, "default"))
    asked = [desk.number_of_queries(query, alias) for alias in (few, "default")]
    middles = [median(took[alias][WARM:]) for alias in (few, "default")]
    is_missed = large / small > MOST_RATIO or asked[0] != asked[1]
    print(
        f"{query or 'as it opens':<30.30} p95 {small:6.1f} and {large:6.1f} ms, {large / small:.2f}"
        f" x (median {middles[1] / middles[0]:.2f} x); {asked[0]} and {asked[1]} queries",
        "MISSED" if is_missed else "",
        flush=True,
    )
    return int(is_missed)


def _p95(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[94]


if __name__ == "__main__":
    sys.exit(main())
