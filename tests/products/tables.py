"""A sound table, and cases to put before it."""

from __future__ import annotations

from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import Input, Operator, Verdict

SOUND = Table(
    (
        Row(
            {Input.LOWERED_BY: Cell(Operator.HAS_ANY, ("void_share", "red_share"))},
            Verdict.REFER,
        ),
        Row(
            {
                Input.SCORE: Cell(Operator.AT_LEAST, (680,)),
                Input.BAND: Cell(Operator.ONE_OF, ("A", "B")),
                Input.AMOUNT_FEN: Cell(Operator.BELOW, (80_000_001,)),
            },
            Verdict.APPROVE,
            limit_fen=50_000_000,
            rate_bp=435,
            conditions=("quarterly_figures",),
            reasons=("score_sufficient",),
        ),
        Row(
            {
                Input.PD_PPM: Cell(Operator.BETWEEN, (200_000, 1_000_000)),
                Input.TERM_MONTHS: Cell(Operator.EQUALS, (24,)),
                Input.LOWERED_BY: Cell(Operator.HAS_NONE, ("buyers",)),
            },
            Verdict.DECLINE,
            reasons=("score_too_low",),
        ),
        Row(
            {
                Input.BAND: Cell(Operator.ONE_OF, ("none",)),
                Input.MONTHS_OF_RECORDS: Cell(Operator.BELOW, (6,)),
            },
            Verdict.DECLINE,
            reasons=("records_too_short",),
        ),
        Row({}, Verdict.REFER),
    )
)
GOOD = PolicyInputs(720, "A", 12_000, 30_000_000, 12)
POOR = PolicyInputs(420, "E", 310_000, 30_000_000, 24)
UNSCORED = PolicyInputs(None, "none", None, 30_000_000, 12, months_of_records=4)
