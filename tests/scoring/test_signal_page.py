"""Cuts and false alarms of the signals, held against the real firms."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from scoring.engine.signals.catalogue import CODES
from scoring.engine.signals.cuts import CUTS
from scoring.training import signal_page
from scoring.training.forgeries import KINDS
from scoring.training.signal_study import (
    Caught,
    FalseAlarms,
    caught,
    cuts_from,
    false_alarms,
    forged_firms,
    read_watched,
)

SHARED = Path(os.environ.get("TAXBRIDGE_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "data" / "sme-invoices"
# Rows of the table of forgeries that are computed again here; all of them take minutes.
SAMPLED = (("round_numbers", 30), ("circular_of_two", 100), ("inflated", 100), ("weekend", 10))
PAGE = signal_page.PAGE.read_text(encoding="utf-8")


def test_the_page_names_every_signal_and_every_forgery() -> None:
    assert [code for code in CODES if f"| `{code}` |" not in PAGE] == []
    assert [kind for kind in KINDS if f"| {kind} | 100 |" not in PAGE] == []


def test_wilsons_interval() -> None:
    low, high = FalseAlarms(100, 5).interval
    assert (round(low, 4), round(high, 4)) == (0.0215, 0.1118)


@pytest.mark.parametrize("codes", [("both_ways", "void_jump"), ("void_jump", "both_ways")])
def test_signals_that_catch_as_many_stand_in_one_order(codes: tuple[str, str]) -> None:
    found = Caught(firms=10, by_code=Counter(dict.fromkeys(codes, 10)), any=10)
    line = signal_page.recall_line("circular_of_two", 100, found)
    assert line == "| circular_of_two | 100 | 100 | `both_ways` 100, `void_jump` 100 |\n"


@pytest.mark.slow
@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="needs the published invoices: set TAXBRIDGE_SHARED"
)
@pytest.mark.xdist_group("published-invoices")
def test_cuts_and_false_alarms_are_those_of_the_real_firms() -> None:
    firms = read_watched(FOLDER)
    assert cuts_from(firms) == CUTS
    assert signal_page.rates_module(firms, CUTS) == signal_page.RATES.read_text(encoding="utf-8")
    swapped = cuts_from(firms, exchanged=True)
    others = [firm for firm in firms if not firm.sets_cuts]
    for code in CODES:
        assert signal_page.alarm_line(code, firms, CUTS, swapped) in PAGE
        found = false_alarms(others, code, CUTS)
        assert found.alarms * 20 <= found.firms, code
    planted = forged_firms(firms)
    for kind, percent in SAMPLED:
        line = signal_page.recall_line(kind, percent, caught(planted, kind, percent, CUTS))
        assert line in PAGE, kind
