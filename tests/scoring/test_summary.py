"""Monthly roll-ups: every row is counted, order and repeats change nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.summary import MonthSummary, Record, SideSummary, summarise_month
from tests.scoring.made_up import record, unhurried

DAY = date(2024, 5, 7)
ROWS = (
    record(DAY, 100_000, "alder"),
    record(DAY, 50_000, "birch"),
    record(DAY, -20_000, "alder"),
    record(DAY, 70_000, "cedar", void=True),
    record(DAY, 0, "cedar"),
    record(DAY, 30_000, "maker", "purchase"),
)

records_of_a_month = st.lists(
    st.builds(
        record,
        st.dates(date(2024, 5, 1), date(2024, 5, 31)),
        st.integers(-(10**9), 10**12),
        st.sampled_from(["alder", "birch", "灯笼"]),
        st.sampled_from(["sale", "purchase"]),
        void=st.booleans(),
        number=st.sampled_from(["1", "2", "3"]),
    ),
    min_size=1,
    max_size=30,
)


def test_each_row_is_counted_once_by_its_kind() -> None:
    sale = summarise_month(ROWS).sale
    assert (sale.rows, sale.blue, sale.red, sale.void, sale.zero) == (5, 2, 1, 1, 1)
    assert (sale.blue_net_fen, sale.red_net_fen, sale.net_fen) == (150_000, -20_000, 130_000)


def test_purchases_stay_apart() -> None:
    assert summarise_month(ROWS).purchase.net_fen == 30_000


def test_counterparties_carry_what_is_left_after_red_letters() -> None:
    totals = {one.counterparty: one.net_fen for one in summarise_month(ROWS).sale.counterparties}
    assert totals == {"alder": 80_000, "birch": 50_000}


@pytest.mark.parametrize("occurrence", [1, 2])
def test_an_exact_repeat_is_counted_and_carries_nothing(occurrence: int) -> None:
    again = replace(ROWS[0], occurrence=occurrence)
    once, twice = summarise_month(ROWS).sale, summarise_month([*ROWS, again]).sale
    assert twice.repeats == 1
    assert replace(twice, rows=once.rows, repeats=0) == once


def test_a_repeated_number_with_another_amount_is_another_invoice() -> None:
    other = record(DAY, 99_999, "alder", number=ROWS[0].number)
    assert summarise_month([*ROWS, other]).sale.repeats == 0


def test_parts_that_do_not_add_up_are_counted_as_odd() -> None:
    wrong_sum = replace(ROWS[0], gross_fen=1)
    wrong_sign = replace(ROWS[1], vat_fen=-ROWS[1].vat_fen, gross_fen=50_000 - ROWS[1].vat_fen)
    assert summarise_month([wrong_sum, wrong_sign, ROWS[2]]).sale.odd == 2


def test_a_month_without_records_needs_its_name() -> None:
    assert summarise_month([], month="2024-05") == MonthSummary(
        "2024-05", SideSummary(), SideSummary()
    )
    with pytest.raises(ValueError, match="one month"):
        summarise_month([])


def test_records_of_another_month_are_refused() -> None:
    with pytest.raises(ValueError, match="one month"):
        summarise_month([*ROWS, record(date(2024, 6, 1), 1, "alder")])


@pytest.mark.parametrize("amount", [1.0, float("nan"), "1", True, None])
def test_an_amount_that_is_no_whole_number_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="whole fen"):
        Record("sale", "1", DAY, "alder", amount, 0, 0)  # type: ignore[arg-type]


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="direction"):
        Record("gift", "1", DAY, "alder", 1, 0, 1)  # type: ignore[arg-type]


@unhurried
@given(records_of_a_month, st.randoms(use_true_random=False))
def test_order_is_irrelevant_to_the_byte(records: list[Record], chance: object) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summarise_month(shuffled).to_json() == summarise_month(records).to_json()


@unhurried
@given(records_of_a_month)
def test_bytes_read_back_as_the_same_summary(records: list[Record]) -> None:
    summary = summarise_month(records)
    assert MonthSummary.from_json(summary.to_json()) == summary


@unhurried
@given(records_of_a_month)
def test_repeating_every_row_changes_no_amount(records: list[Record]) -> None:
    once, twice = summarise_month(records).sale, summarise_month(records * 2).sale
    assert (once.net_fen, once.void, once.counterparties) == (
        twice.net_fen,
        twice.void,
        twice.counterparties,
    )


BROKEN = {
    "spaces": lambda value: json.dumps(value).encode(),
    "another format": lambda value: _bytes(value | {"v": 2}),
    "no month": lambda value: _bytes({key: value[key] for key in value if key != "month"}),
    "a thirteenth month": lambda value: _bytes(value | {"month": "2024-13"}),
    "a fraction": lambda value: _bytes(value | {"sale": value["sale"] | {"vat_fen": 1.5}}),
    "a truth value": lambda value: _bytes(value | {"sale": value["sale"] | {"zero": True}}),
    "a row too many": lambda value: _bytes(value | {"sale": value["sale"] | {"rows": 99}}),
    "an amount too much": lambda value: _bytes(
        value | {"sale": value["sale"] | {"blue_net_fen": 1}}
    ),
    "no counterparties": lambda value: _bytes(value | {"sale": {"rows": 0}}),
    "counterparties out of order": lambda value: _bytes(
        value | {"sale": value["sale"] | {"counterparties": value["sale"]["counterparties"][::-1]}}
    ),
    "counterparties that are none": lambda value: _bytes(
        value | {"purchase": value["purchase"] | {"counterparties": 7}}
    ),
    "less than nothing": lambda value: _bytes(
        value | {"sale": value["sale"] | {"void": -1, "zero": 3}}
    ),
    "a format that is true": lambda value: _bytes(value | {"v": True}),
    "a month that is a number": lambda value: _bytes(value | {"month": 202405}),
    "a list": lambda value: _bytes([value]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_other_bytes_are_refused(case: str) -> None:
    value = json.loads(summarise_month(ROWS).to_json())
    with pytest.raises(ValueError, match=r"."):
        MonthSummary.from_json(BROKEN[case](value))


def _bytes(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
