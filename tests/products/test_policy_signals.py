"""Signals in a table: by the strongest one and by code, and nothing else changes by them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.products.policy.document import read, written
from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.jdm import content_of
from portal.products.policy.ruling import Alarm, rule_on
from portal.products.policy.table import Cell, Row, Table, Value
from portal.products.policy.vocabulary import UNKNOWN, Input, Operator, Verdict
from scoring.engine.signals.catalogue import CODES
from tests.products.tables import GOOD, POOR, SOUND, UNSCORED

NOTHING = replace(GOOD, signal_strength=0, signals=())
MARKED = replace(GOOD, signal_strength=2, signals=("?voided_since", "round_jump"))


def declines(name: Input, operator: Operator, *values: Value) -> Table:
    """Its only row declines what the cell fits."""
    row = Row({name: Cell(operator, values)}, Verdict.DECLINE, reasons=("invoices_unclear",))
    return Table((row,))


def fits(table: Table, case: PolicyInputs) -> bool:
    ruling = rule_on(written(table), case)
    assert ruling.alarm is None
    return ruling.verdict is Verdict.DECLINE


@pytest.mark.parametrize(("case", "does"), [(GOOD, False), (NOTHING, False), (MARKED, True)])
def test_a_row_may_ask_for_the_strongest_signal(case: PolicyInputs, *, does: bool) -> None:
    assert fits(declines(Input.SIGNAL_STRENGTH, Operator.AT_LEAST, 2), case) is does


@pytest.mark.parametrize(
    ("operator", "code", "case", "does"),
    [
        (Operator.HAS_ANY, "round_jump", MARKED, True),
        (Operator.HAS_ANY, "new_buyer", MARKED, False),
        (Operator.HAS_ANY, "voided_since", MARKED, False),
        (Operator.HAS_ANY, "round_jump", GOOD, False),
        (Operator.HAS_NONE, "round_jump", MARKED, False),
        (Operator.HAS_NONE, "new_buyer", MARKED, True),
        (Operator.HAS_NONE, "voided_since", MARKED, False),
        (Operator.HAS_NONE, "round_jump", NOTHING, True),
        (Operator.HAS_NONE, "round_jump", GOOD, False),
    ],
)
def test_none_of_a_signal_is_not_said_where_nobody_could_look(
    operator: Operator, code: str, case: PolicyInputs, *, does: bool
) -> None:
    assert fits(declines(Input.SIGNALS, operator, code), case) is does


@pytest.mark.parametrize(
    "wrong",
    [
        {"signal_strength": 4, "signals": ()},
        {"signal_strength": 1},
        {"signals": ("round_jump",)},
        {"signal_strength": 1, "signals": ("unheard_of",)},
        {"signal_strength": 1, "signals": ("?unheard_of",)},
    ],
)
def test_what_no_case_can_look_like_is_an_officers(wrong: dict[str, object]) -> None:
    found = rule_on(written(SOUND), replace(GOOD, **wrong))  # type: ignore[arg-type]
    assert (found.verdict, found.alarm) == (Verdict.REFER, Alarm.INPUTS_BROKEN)


def test_what_ran_before_there_were_signals_runs_bit_for_bit() -> None:
    """Digests taken from the code before it."""
    content = json.dumps(content_of(SOUND), sort_keys=True).encode()
    found = [hashlib.sha256(content).hexdigest()]
    found += [rule_on(written(SOUND), case).trace_sha256 for case in (GOOD, POOR, UNSCORED)]
    assert found == [
        "98de9c086c18dcc1b5469b658c4d1a8d87ec260d1d0836c3938f5ddec2ec5c00",
        "a2caabfc0475c1438469f07ffeb2ceb65af69bd687cdb60767f1e6121c6f1995",
        "eaa1c9d58cc93fea2726a50cbe58b1ccf5345c1d10b5eb4fff76e268f3ced08d",
        "8a82246e4a1e7f4bccfbf168fb953353e3faa772b1f31f7da78570d515c69c2c",
    ]


@pytest.mark.parametrize("case", [GOOD, UNSCORED, NOTHING, MARKED])
def test_inputs_are_read_back_as_they_were_frozen(case: PolicyInputs) -> None:
    assert PolicyInputs.thaw(json.loads(json.dumps(case.frozen()))) == case
    assert ("signals" in case.frozen()) is (case.signals is not None)


@given(
    operator=st.sampled_from([Operator.HAS_ANY, Operator.HAS_NONE]),
    asked=st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True),
    seen=st.lists(st.sampled_from([*CODES, *(f"{UNKNOWN}{one}" for one in CODES)]), unique=True),
)
def test_engine_and_second_reading_agree(
    operator: Operator, asked: list[str], seen: list[str]
) -> None:
    table = declines(Input.SIGNALS, operator, *asked)
    assert read(written(table)) == table
    fits(table, replace(GOOD, signal_strength=1, signals=tuple(seen)))
