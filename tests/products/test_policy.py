"""What a decision table says of a case, and that whatever is wrong with it ends with an officer."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.products.condition_words import CONDITION_WORDS
from portal.products.policy import ruling
from portal.products.policy.document import read, written
from portal.products.policy.flaws import MOST_ROWS, BrokenTable, FlawCode, flaws_of
from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.jdm import content_of
from portal.products.policy.ruling import Alarm, Ruling, rule_on
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import (
    BANDS,
    CONDITIONS,
    KINDS,
    REASONS,
    REST_ON_SCORE,
    Choice,
    Input,
    Number,
    Operator,
    Verdict,
)
from portal.products.reason_codes import REASONS as TEXTS
from tests.products.tables import GOOD, POOR, SOUND, UNSCORED

ROWS = written(SOUND)
FEATURES = KINDS[Input.LOWERED_BY].codes  # type: ignore[union-attr]
APPROVE: dict[str, Any] = {"limit_fen": 1_000_000, "rate_bp": 435, "reasons": ("score_sufficient",)}
FROM_600 = {Input.SCORE: Cell(Operator.AT_LEAST, (600,))}


@pytest.mark.parametrize(
    ("case", "row", "verdict"),
    [
        (GOOD, 2, Verdict.APPROVE),
        (replace(GOOD, score=680, band="B", amount_fen=80_000_000), 2, Verdict.APPROVE),
        (replace(GOOD, score=679), 5, Verdict.REFER),
        (replace(GOOD, band="C"), 5, Verdict.REFER),
        (replace(GOOD, amount_fen=80_000_001), 5, Verdict.REFER),
        (replace(GOOD, lowered_by=("buyers", "red_share")), 1, Verdict.REFER),
        (POOR, 3, Verdict.DECLINE),
        (replace(POOR, pd_ppm=200_000), 3, Verdict.DECLINE),
        (replace(POOR, pd_ppm=199_999), 5, Verdict.REFER),
        (replace(POOR, term_months=12), 5, Verdict.REFER),
        (replace(POOR, lowered_by=("buyers",)), 5, Verdict.REFER),
        (UNSCORED, 4, Verdict.DECLINE),
        (replace(UNSCORED, months_of_records=6), 5, Verdict.REFER),
        (replace(UNSCORED, months_of_records=None), 5, Verdict.REFER),
    ],
)
def test_the_first_row_that_fits_rules(case: PolicyInputs, row: int, verdict: Verdict) -> None:
    ruled = rule_on(ROWS, case)
    assert (ruled.row, ruled.verdict, ruled.alarm) == (row, verdict, None)


def test_an_approval_has_limit_rate_conditions_and_reasons() -> None:
    ruled = rule_on(ROWS, GOOD)
    assert (ruled.limit_fen, ruled.rate_bp) == (50_000_000, 435)
    assert (ruled.conditions, ruled.reasons) == (("quarterly_figures",), ("score_sufficient",))


def test_no_row_or_none_that_fits_refers() -> None:
    for rows in ([], written(Table(SOUND.rows[1:2]))):
        ruled = rule_on(rows, POOR)
        assert (ruled.verdict, ruled.row, ruled.alarm) == (Verdict.REFER, None, None)


def test_the_same_case_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "from portal.products.policy.ruling import rule_on\n"
        "from tests.products.test_policy import *\n"
        "print([rule_on(ROWS, case) for case in (GOOD, POOR, UNSCORED)])"
    )
    other = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    ruled = [[rule_on(ROWS, case) for case in (GOOD, POOR, UNSCORED)] for _ in range(2)]
    assert other.stdout.strip() == str(ruled[0]) == str(ruled[1])


def when(name: Input, operator: Operator, *values: Any, verdict: Verdict = Verdict.REFER) -> Row:
    reasons = {Verdict.REFER: (), Verdict.APPROVE: ("turnover_supports",)}
    said: dict[str, Any] = APPROVE if verdict is Verdict.APPROVE else {}
    return Row({name: Cell(operator, values)}, verdict, **{**said, "reasons": reasons[verdict]})


def approving(**said: Any) -> Row:
    return Row(FROM_600, Verdict.APPROVE, **{**APPROVE, **said})


def declining(*reasons: str, **said: Any) -> Row:
    return Row({}, Verdict.DECLINE, reasons=reasons, **said)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (when(Input.SCORE, Operator.ONE_OF, 600), "score", "operator_unfit"),
        (when(Input.SCORE, Operator.BELOW, 299), "score", "values_unfit"),
        (when(Input.PD_PPM, Operator.BELOW, True), "pd_ppm", "values_unfit"),
        (when(Input.SCORE, Operator.BETWEEN, 700, 600), "score", "out_of_order"),
        (when(Input.BAND, Operator.ONE_OF, "F"), "band", "values_unfit"),
        (when(Input.BAND, Operator.ONE_OF), "band", "values_unfit"),
        (when(Input.LOWERED_BY, Operator.HAS_ANY, "x"), "lowered_by", "values_unfit"),
        (Row({}, Verdict.REFER, rate_bp=435), "rate_bp", "only_for_approval"),
        (declining("sales_falling", limit_fen=1), "limit_fen", "only_for_approval"),
        (declining(), "reasons", "reasons_missing"),
        (declining("score_too_low"), "reasons", "score_not_asked"),
        (declining("turnover_supports"), "reasons", "reasons_unfit"),
        (approving(reasons=("officer_knowledge",)), "reasons", "reasons_unfit"),
        (approving(limit_fen=None), "limit_fen", "limit_unfit"),
        (approving(rate_bp=3601), "rate_bp", "rate_unfit"),
        (approving(conditions=("x",)), "conditions", "conditions_unfit"),
        (
            when(Input.AMOUNT_FEN, Operator.BELOW, 5, verdict=Verdict.APPROVE),
            "score",
            "score_not_asked",
        ),
        (
            when(Input.BAND, Operator.ONE_OF, "A", "none", verdict=Verdict.APPROVE),
            "score",
            "score_not_asked",
        ),
    ],
)
def test_a_flaw_is_named_by_row_and_column(row: Row, column: str, code: str) -> None:
    table = Table((SOUND.rows[0], row))
    assert [(f.row, f.column, f.code.value) for f in flaws_of(table)] == [(2, column, code)]
    with pytest.raises(BrokenTable, match=f"row 2, {column}: {code}"):
        written(table)


def test_rows_after_one_for_every_case_and_too_many_rows_are_flaws() -> None:
    every = Row({}, Verdict.REFER)
    assert [f.code for f in flaws_of(Table((every, every)))] == [FlawCode.NEVER_REACHED]
    many = Table((SOUND.rows[0],) * (MOST_ROWS + 1))
    assert [f.code for f in flaws_of(many)] == [FlawCode.TOO_MANY_ROWS]


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": None},
        {"score": 900},
        {"score": True},
        {"score": "720"},
        {"band": "Z"},
        {"band": "none"},
        {"pd_ppm": 0.5},
        {"amount_fen": 0},
        {"amount_fen": None},
        {"lowered_by": ("unheard_of",)},
        {"lowered_by": ["buyers"]},
    ],
)
def test_a_case_that_can_not_be_is_referred_with_an_alarm(wrong: dict[str, Any]) -> None:
    assert rule_on(ROWS, replace(GOOD, **wrong)) == Ruling(Verdict.REFER, alarm=Alarm.INPUTS_BROKEN)


def test_the_lists_are_those_that_officers_choose_from() -> None:
    for verdict, codes in REASONS.items():
        assert all(TEXTS[code].outcome == verdict.value for code in codes)
    assert {code for code, reason in TEXTS.items() if reason.rests_on_score} == REST_ON_SCORE


def test_the_largest_table_is_done_in_no_time() -> None:
    full: dict[Input, Cell] = {}
    for name, kind in KINDS.items():
        if isinstance(kind, Number):
            full[name] = Cell(Operator.BETWEEN, (kind.low, kind.high))
        else:
            operator = Operator.ONE_OF if isinstance(kind, Choice) else Operator.HAS_NONE
            full[name] = Cell(operator, kind.codes)
    full[Input.LOWERED_BY] = Cell(Operator.HAS_ANY, FEATURES)  # which no case here has
    rows = written(Table((Row(full, Verdict.REFER),) * MOST_ROWS))
    started = time.thread_time()
    assert rule_on(rows, replace(GOOD, months_of_records=24)).row is None
    assert time.thread_time() - started < 0.25


def test_a_model_with_any_other_node_is_not_run() -> None:
    content = content_of(SOUND)
    endless = {"type": "functionNode", "content": {"source": "while (true) {}"}}
    content["nodes"][1] = {**endless, "id": "table", "name": "table"}
    assert ruling._guarded(SOUND, content, GOOD).alarm is Alarm.READINGS_DIFFER


@pytest.mark.parametrize(
    ("row", "cell", "text", "case"),
    [
        (1, "score", "$ >= 300", replace(GOOD, score=679)),
        (1, "score", "$ >= 600 and (((", GOOD),
        (1, "limit_fen", "99999999", GOOD),
        (0, "verdict", '"approve"', replace(GOOD, lowered_by=("void_share",))),
    ],
)
def test_an_engine_that_reads_the_table_otherwise_raises_an_alarm(
    row: int, cell: str, text: str, case: PolicyInputs
) -> None:
    content = content_of(SOUND)
    content["nodes"][1]["content"]["rules"][row][cell] = text
    assert ruling._guarded(SOUND, content, case) == Ruling(
        Verdict.REFER, alarm=Alarm.READINGS_DIFFER
    )


# Anything a damaged store, a wrong hand or a fault of the engine may make of a table.
scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(FEATURES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)
cases = st.builds(
    lambda score, band, ppm, lowered, amount, term: PolicyInputs(
        score, band, ppm, amount, term, lowered_by=lowered
    ),
    st.integers(300, 850),
    st.sampled_from(BANDS[:-1]),
    st.integers(0, 1_000_000),
    st.lists(st.sampled_from(FEATURES), max_size=3, unique=True).map(tuple),
    st.integers(1, 200_000_000),
    st.sampled_from([6, 12, 24]),
)


@given(case=cases, data=st.data())
@settings(max_examples=30, deadline=None)
def test_no_damage_to_the_model_approves_what_the_table_does_not(
    case: PolicyInputs, data: st.DataObject
) -> None:
    sound = rule_on(ROWS, case)
    content = copy.deepcopy(content_of(SOUND))
    rule = data.draw(st.sampled_from(content["nodes"][1]["content"]["rules"]))
    cell = data.draw(st.sampled_from(sorted(rule)))
    rule[cell] = data.draw(
        st.sampled_from(["", "true", "$", "$ >= 600 and (((", '"approve"', "999999999"]) | scraps
    )
    damaged = ruling._guarded(SOUND, content, case)
    # A cell that no longer says what it did can leave this case's ruling as it was, no more.
    assert replace(damaged, trace_sha256="") in (
        replace(sound, trace_sha256=""),
        Ruling(Verdict.REFER, alarm=Alarm.READINGS_DIFFER),
        Ruling(Verdict.REFER, alarm=Alarm.ENGINE_FAILED),
    )


@given(case=cases, rows=scraps, row=st.integers(0, 4), data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_document_that_is_no_table_is_referred_with_an_alarm(
    case: PolicyInputs, rows: Any, row: int, data: st.DataObject
) -> None:
    damaged = copy.deepcopy(ROWS)
    damaged[row][data.draw(st.sampled_from(sorted(damaged[row])))] = data.draw(scraps)
    for document in (rows, damaged):
        try:
            read(document)
        except BrokenTable:
            assert rule_on(document, case) == Ruling(Verdict.REFER, alarm=Alarm.TABLE_BROKEN)
        else:
            assert rule_on(document, case).alarm is None


def test_conditions_are_a_closed_list() -> None:
    assert len(set(CONDITIONS)) == len(CONDITIONS)
    assert set(CONDITION_WORDS) == set(CONDITIONS)
