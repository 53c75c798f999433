"""Signals on the real firms and on planted forgeries: recall and false alarms.

    python bench/signals.py DATA [--write]

Prints the page; with --write it becomes docs/signals.md and the cuts go into their module. Exits
with 1 when a signal is given for more than 5 % of the firms that set no cut.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scoring.training import signal_page
from scoring.training.signal_study import (
    caught,
    cuts_from,
    false_alarms,
    forged_firms,
    kinds_and_strengths,
    read_watched,
)

MOST = 0.05


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    firms = read_watched(options.data)
    cuts = cuts_from(firms)
    planted = forged_firms(firms)
    forged = {
        (kind, percent): caught(planted, kind, percent, cuts)
        for kind, percent in kinds_and_strengths()
    }
    page = signal_page.page(firms, cuts, forged)
    print(page)
    if options.write:
        signal_page.PAGE.write_text(page, encoding="utf-8")
        signal_page.CUTS.write_text(signal_page.cuts_module(cuts), encoding="utf-8")
        signal_page.RATES.write_text(signal_page.rates_module(firms, cuts), encoding="utf-8")
    others = [firm for firm in firms if not firm.sets_cuts]
    rates = [(false_alarms(others, code, cuts)) for code in cuts]
    return int(any(rate.alarms > MOST * rate.firms for rate in rates))


if __name__ == "__main__":
    sys.exit(main())
