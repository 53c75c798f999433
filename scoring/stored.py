"""An answer of the engine as a score's columns: what is published, and what a replay compares."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from scoring.engine.assess import Assessment, NotEnoughData
from scoring.models import ScoreStatus


def columns_of(answer: Assessment | NotEnoughData) -> dict[str, Any]:
    """Every column that the engine alone decides."""
    if isinstance(answer, NotEnoughData):
        return {
            "status": ScoreStatus.NOT_ENOUGH_DATA,
            "detail_code": answer.code,
            "detail": dict(answer.detail),
        }
    return {
        "status": ScoreStatus.SCORED,
        "value": answer.score,
        "band": answer.band,
        "pd_ppm": answer.pd_ppm,
        "pd_low_ppm": answer.pd_low_ppm,
        "pd_high_ppm": answer.pd_high_ppm,
        "reasons": [asdict(reason) for reason in answer.reasons],
        "points": {"base": answer.base_points, **answer.points},
        "recourse": json.loads(json.dumps(asdict(answer.recourse))),
    }
