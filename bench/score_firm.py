"""What a score costs: from summaries, for firms with 100 and with 100,000 invoices.

Usage: python bench/score_firm.py

Prints the median time of a score in milliseconds and the ratio, which must stay within 1.3; and,
for a firm with 30,000 counterparty-months, the time of the features that look at counterparties,
which must stay within 50 ms. Exits with 1 when one of them doesn't.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from scoring.engine.assess import Assessment, assess
from scoring.engine.features import compute_features
from scoring.engine.model import shipped_model
from scoring.engine.summary import MonthSummary, Record, summarise_month
from scoring.engine.window import window_of

AS_OF = "2024-12"
COUNTERPARTIES = 4
MOST_RATIO = 1.3
MOST_MILLISECONDS = 50.0
ROUNDS = 41


def main() -> int:
    """Measure, print, and judge."""
    small, large = (summaries(invoices // 24, COUNTERPARTIES) for invoices in (100, 100_000))
    few, many = _score_ms(small), _score_ms(large)
    wide = window_of(summaries(1_250, 1_250), AS_OF)
    features = _milliseconds(lambda: compute_features(wide))
    print(f"score, 100 invoices:      {few:8.3f} ms")
    print(f"score, 100,000 invoices:  {many:8.3f} ms")
    print(f"ratio:                    {many / few:8.3f}    (at most {MOST_RATIO})")
    print(f"features, 30,000 counterparty-months: {features:.1f} ms (at most {MOST_MILLISECONDS})")
    return int(many / few > MOST_RATIO or features > MOST_MILLISECONDS)


def summaries(invoices: int, counterparties: int) -> list[MonthSummary]:
    """24 months with so many invoices and counterparties each."""
    return [
        summarise_month([_invoice(year, month, place, counterparties) for place in range(invoices)])
        for year in (2023, 2024)
        for month in range(1, 13)
    ]


def _invoice(year: int, month: int, place: int, counterparties: int) -> Record:
    net_fen = 100_000 + place
    name = f"buyer-{place % counterparties}"
    day = date(year, month, 1 + place % 28)
    return Record("sale", str(place), day, name, net_fen, 0, net_fen)


def _score_ms(months: list[MonthSummary]) -> float:
    model = shipped_model()
    stored = [month.to_json() for month in months]

    def score() -> None:
        read = [MonthSummary.from_json(data) for data in stored]
        if not isinstance(assess(read, as_of=AS_OF, model=model), Assessment):
            raise TypeError("no score")

    return _milliseconds(score)


def _milliseconds(action: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        action()
        times.append((perf_counter() - start) * 1000)
    return median(times)


if __name__ == "__main__":
    sys.exit(main())
