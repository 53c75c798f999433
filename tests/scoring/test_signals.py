"""Signals: what they find in made-up firms, what they leave out, and that nothing leaks."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest

from scoring.engine.calendar import month_number, month_text
from scoring.engine.signals.catalogue import (
    CODES,
    KINDS,
    VOIDED_SINCE,
    Signals,
    band_of,
    signals_for,
)
from scoring.engine.signals.cuts import CUTS
from scoring.engine.signals.traces import MonthTraces, trace_month
from scoring.engine.signals.view import view_of
from scoring.engine.summary import Record, summarise_month
from scoring.training import forgeries
from scoring.training.forging import Months
from tests.scoring.made_up import AS_OF, orchard, record

LAST = month_number(AS_OF)


def _months() -> Months:
    """The orchard, with serial numbers that follow the dates and amounts that differ by month."""
    months: Months = {}
    for at, one in enumerate(sorted(orchard(), key=lambda one: one.issued_on)):
        number = month_number(one.issued_on)
        varied = one.net_fen + 37 * at + (number % 5) * 150_000
        made = record(one.issued_on, varied, one.counterparty, one.direction, number=str(1000 + at))
        months.setdefault(number, []).append(made)
    return months


def _found(months: Months, *, before: Months | None = None, traced: bool = True) -> Signals:
    summaries = [summarise_month(rows, month=month_text(at)) for at, rows in months.items()]
    traces = [trace_month(rows, month=month_text(at)) for at, rows in months.items()]
    read = [summarise_month(rows, month=month_text(at)) for at, rows in (before or {}).items()]
    view = view_of(summaries, traces if traced else (), AS_OF)
    return signals_for(view, read_before=read)


def _codes(found: Signals) -> set[str]:
    return {signal.code for signal in found.found}


EXPECTED = [
    ("phantom_buyer", 2000, "buyer_concentration"),
    ("new_single_supplier", 9000, "new_supplier"),
    ("new_single_supplier", 9000, "supplier_concentration"),
    ("phantom_buyer", 900, "new_buyer"),
    ("burst", 400, "sales_burst"),
    ("round_numbers", 400, "round_jump"),
    ("split_under_limit", 900, "under_limit_jump"),
    ("month_end", 900, "month_end_jump"),
    ("renumbered", 100, "lookalike_jump"),
    ("repeated", 100, "repeat_jump"),
    ("circular_of_two", 50, "equal_both_ways"),
    ("slow_round_trip", 200, "both_ways"),
    ("voided", 100, "void_jump"),
    ("red_letters", 50, "red_jump"),
    ("purchases_cancelled", 100, "purchase_red_jump"),
    ("no_purchases", 100, "purchases_fall"),
    ("serials_exchanged", 100, "serials_swapped"),
    ("copied_month", 100, "copied_months"),
    ("evened", 100, "flat_sales"),
]


@pytest.mark.parametrize(("kind", "percent", "code"), EXPECTED)
def test_a_planted_forgery_gives_its_signal(kind: str, percent: int, code: str) -> None:
    months = _months()
    forged = forgeries.KINDS[kind](months, LAST, percent)
    assert code in _codes(_found(forged))
    if code != "flat_sales":  # the orchard is even as it is
        assert code not in _codes(_found(months))


def test_sales_made_void_after_they_were_read_are_found_with_their_months() -> None:
    months = _months()
    found = _found(forgeries.voided(months, LAST, 50), before=months)
    signal = next(one for one in found.found if one.code == VOIDED_SINCE)
    assert signal.months == ("2024-10", "2024-11", "2024-12")
    assert VOIDED_SINCE in _found(months).not_computable
    assert VOIDED_SINCE not in _codes(_found(months, before=months))


def test_without_traces_signals_say_that_they_cant_be_computed() -> None:
    found = _found(forgeries.round_numbers(_months(), LAST, 400), traced=False)
    assert {"round_jump", "serials_swapped", "lookalike_jump"} <= set(found.not_computable)
    assert "void_jump" not in found.not_computable


def test_one_month_without_traces_is_not_taken_for_one_without_invoices() -> None:
    months = _months()
    summaries = [summarise_month(rows, month=month_text(at)) for at, rows in months.items()]
    traces = [trace_month(rows, month=month_text(at)) for at, rows in months.items() if at != LAST]
    assert "round_jump" in signals_for(view_of(summaries, traces, AS_OF)).not_computable


def test_evidence_names_no_amount_and_no_counterparty() -> None:
    found = _found(forgeries.circular_of_two(_months(), LAST, 400))
    assert "partner" not in str(found)
    for signal in found.found:
        assert signal.strength in {1, 2, 3}
        assert set(asdict(signal)) == {"code", "strength", "months", "percent"}
        assert signal.percent[0] in {0, 1, 2, 5, 10, 25, 50, 75, 100, 200, 400}


def test_the_order_of_rows_makes_no_difference() -> None:
    months = forgeries.serials_exchanged(_months(), LAST, 100)
    turned = {at: rows[::-1] for at, rows in reversed(months.items())}
    assert _found(turned) == _found(months)


def test_traces_are_read_back_from_their_bytes_and_nothing_else() -> None:
    rows = _months()[LAST]
    traces = trace_month(rows, month=AS_OF)
    assert MonthTraces.from_json(traces.to_json()) == traces
    for broken in (b"{}", traces.to_json() + b" ", traces.to_json().replace(b'"v":1', b'"v":2')):
        with pytest.raises(ValueError, match=r"traces|canonical"):
            MonthTraces.from_json(broken)


def test_a_row_of_another_month_is_refused_and_repeats_count_once() -> None:
    one = record(date(2024, 12, 3), 100_000, "b", number="7")
    again = replace(one, occurrence=2)
    assert trace_month([one, again], month="2024-12") == trace_month([one], month="2024-12")
    with pytest.raises(ValueError, match="outside"):
        trace_month([one], month="2024-11")


def test_odd_numbers_have_no_order() -> None:
    rows: list[Record] = [
        record(date(2024, 12, 3), 100, "b", number="٣"),
        record(date(2024, 12, 4), 100, "b", number="٤"),
    ]
    assert trace_month(rows, month="2024-12").sale.near == 0


def test_every_signal_has_cuts_that_rise() -> None:
    assert set(CUTS) == set(CODES)
    assert all(0 < low < middle < high for low, middle, high in CUTS.values())
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert band_of(0) == (0, 1)
    assert band_of(5_000_000) == (400, None)
