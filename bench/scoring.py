"""What scoring costs, with the issue's bars.

    python bench/scoring.py [--vectors 1000000]

1. A score from stored summaries, for firms with 100 and with 100,000 invoices.
2. All features of a firm with 30,000 counterparty-months.
3. Making a month's chunks with its summary and traces, to making them without.
4. Many feature vectors at once, against optbinning's Scorecard.score with the same bins and points
   (with the train requirements installed; else the part is left out, and said to be).
Times are the process's own, so that neighbours on the machine don't count. Exits with 1 when a bar
is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.config.type_checking")

from portal.core.sealing import new_data_key, seal_chunk
from portal.taxdata.store import encode_records
from scoring.engine.assess import Assessment, assess
from scoring.engine.features import compute_features
from scoring.engine.model import shipped_model
from scoring.engine.signals.traces import trace_month
from scoring.engine.summary import MonthSummary, Record, summarise_month
from scoring.engine.window import window_of

AS_OF = "2024-12"
FEW_PARTIES, ROUNDS = 4, 21
MOST_RATIO, MOST_MS, MOST_INGESTION = 1.3, 50.0, 1.5


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--vectors", type=int, default=1_000_000)
    options = parser.parse_args()
    missed = [firm_sizes(), counterparties(), ingestion()]
    if find_spec("optbinning") is None:
        print("vectors: left out, optbinning is not installed (requirements-train.txt)")
    else:
        missed.append(not import_module("bench.score_vectors").measure(options.vectors))
    return int(any(missed))


def firm_sizes() -> bool:
    """True when a larger firm's score costs too much more."""
    few, many = (_score_ms(summaries(count // 24, FEW_PARTIES)) for count in (100, 100_000))
    print(f"score, 100 invoices {few:.3f} ms, 100,000 invoices {many:.3f} ms:", end=" ")
    return _judged(many / few, MOST_RATIO, "x")


def counterparties() -> bool:
    """True when features over many counterparties take too long."""
    wide = window_of(summaries(1_250, 1_250), AS_OF)
    print("features, 30,000 counterparty-months:", end=" ")
    return _judged(_milliseconds(lambda: compute_features(wide)), MOST_MS, " ms")


def ingestion() -> bool:
    """True when summaries make ingestion too much slower."""
    records, key, place = month_of(2024, 6, 4_000, 300), new_data_key(), b"place"

    def without() -> None:
        seal_chunk(encode_records(records), data_key=key, place=place)

    def with_summary() -> None:
        without()
        seal_chunk(summarise_month(records).to_json(), data_key=key, place=place)

    def with_traces() -> None:
        with_summary()
        seal_chunk(trace_month(records, month="2024-06").to_json(), data_key=key, place=place)

    rounds = [[_once(one) for one in (with_traces, with_summary, without)] for _ in range(ROUNDS)]
    only = median(summary / plain for _, summary, plain in rounds)
    print(f"a month of 4,000 invoices encoded and sealed: with summary {only:.2f}x,", end=" ")
    print("with summary and traces", end=" ")
    return _judged(median(both / plain for both, _, plain in rounds), MOST_INGESTION, "x")


def summaries(invoices: int, parties: int) -> list[MonthSummary]:
    """24 months with so many invoices and counterparties each."""
    return [
        summarise_month(month_of(year, month, invoices, parties))
        for year in (2023, 2024)
        for month in range(1, 13)
    ]


def month_of(year: int, month: int, invoices: int, parties: int) -> list[Record]:
    """So many sales of a month."""
    return [
        Record(
            direction="sale",
            number=str(place),
            issued_on=date(year, month, 1 + place % 28),
            counterparty=f"buyer-{place % parties}",
            net_fen=100_000 + place,
            vat_fen=0,
            gross_fen=100_000 + place,
        )
        for place in range(invoices)
    ]


def _score_ms(months: list[MonthSummary]) -> float:
    model = shipped_model()
    stored = [month.to_json() for month in months]

    def score() -> None:
        read = [MonthSummary.from_json(data) for data in stored]
        if not isinstance(assess(read, as_of=AS_OF, model=model), Assessment):
            raise TypeError("no score")

    return _milliseconds(score)


def _milliseconds(action: Callable[[], object]) -> float:
    return median(_once(action) for _ in range(ROUNDS)) * 1000


def _once(action: Callable[[], object]) -> float:
    start = process_time()
    action()
    return process_time() - start


def _judged(found: float, most: float, unit: str) -> bool:
    is_missed = found > most
    print(f"{found:.2f}{unit} (at most {most}{unit}){' MISSED' if is_missed else ''}")
    return is_missed


if __name__ == "__main__":
    sys.exit(main())
