"""A decided case without a database behind it, for what only writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.accounts.models import Organisation
from portal.applications.decision_record import digest_of
from portal.applications.letter.queries import DecidedCase
from portal.applications.models import Decision, LoanApplication
from portal.products.models import Product
from portal.products.reason_codes import REASONS, Outcome
from scoring.queries import ChangeView, RecourseView, ScoreView

AT = datetime(2026, 2, 3, 1, 14, tzinfo=UTC)
RECOURSE = RecourseView(
    code="possible",
    needed=14,
    reachable=31,
    changes=(
        ChangeView("buyers", 4, 8, "count", 9),
        ChangeView("top_buyer_share", 412_300, 350_000, "ppm", 6),
    ),
    score=640,
    band="C",
)
SCORE = ScoreView(
    id=UUID(int=1),
    status="scored",
    detail_code="",
    detail={},
    value=612,
    band="D",
    pd_ppm=90_000,
    pd_low_ppm=60_000,
    pd_high_ppm=130_000,
    reasons=(),
    as_of_month="2026-10",
    input_digest="0" * 64,
    model_version="scorecard-1",
    model_sha256="0" * 64,
    code_version="0" * 64,
    created_at=AT,
    recourse=RECOURSE,
)

OFFER = {
    "format": 1,
    "amount_fen": 100_000_000,
    "term_months": 12,
    "annual_rate_bp": 410,
    "fees_fen": 500_000,
    "nominal_bp": 505,
    "effective_bp": 517,
    "monthly_fen": 8_518_934,
    "total_fen": 102_227_208,
    "interest_fen": 2_227_208,
    "conditions": ["owner_guarantee"],
    "valid_until": "2026-02-17T01:14:00Z",
    "cooling_off_days": 7,
}


def decided(
    *reasons: str,
    outcome: Outcome = Outcome.DECLINE,
    score: ScoreView | None = SCORE,
    note: str = "",
    firm: str = "Demo Weaving Ltd",
    offer: dict[str, Any] | None = None,
) -> DecidedCase:
    """A case as the query gives it; declined for two reasons when none is named."""
    codes = list(reasons or ("score_too_low", "buyers_concentrated"))
    application = LoanApplication(
        id=UUID(int=2),
        reference="LA-7K3M-2QXW",
        firm=Organisation(kind="firm", name=firm, name_zh=firm, uscc="91330100MA2DEMO01X"),
        bank=Organisation(kind="bank", name="Lantern Demo Bank", name_zh="灯笼演示银行"),
        product=Product(name="Harvest Loan", name_zh="丰收贷", annual_rate_bp=435),
        decided_at=AT,
    )
    decision = Decision(
        application=application,
        outcome=outcome,
        reasons=codes,
        note_to_firm=note,
        amount_fen=150_000_000,
        alone_fen=200_000_000,
        decided_by=UUID(int=3),
        decided_at=AT,
        inputs=_inputs(score),
    )
    reasons_given = tuple(REASONS[code] for code in codes)
    return DecidedCase(application, decision, reasons_given, score, digest_of(decision), offer)


def _inputs(score: ScoreView | None) -> dict[str, Any]:
    return {
        "application": {"amount_fen": 150_000_000, "term_months": 24, "use_of_funds": "Yarn"},
        "product": {"name": "Harvest Loan", "annual_rate_bp": 435},
        "score": score.frozen() if score is not None else None,
    }
