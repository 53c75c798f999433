"""An answer of the engine as a score's columns: what is published, and what a replay compares."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from scoring.engine.assess import Assessment, NotEnoughData
from scoring.models import ScoreStatus


def columns_of(answer: Assessment | NotEnoughData) -> dict[str, Any]:
    """Every column that the engine alone decides; the firm's figures stand apart."""
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
        "reasons": [_without_figure(asdict(reason)) for reason in answer.reasons],
        "points": {"base": answer.base_points, **answer.points},
        "recourse": _recourse(answer),
    }


def figures_of(answer: Assessment | NotEnoughData) -> dict[str, int]:
    """The firm's figures that reasons and recourse speak of, by feature."""
    if isinstance(answer, NotEnoughData):
        return {}
    reasons = {reason.feature: reason.figure for reason in answer.reasons}
    return reasons | {change.feature: change.figure for change in answer.recourse.changes}


def _recourse(answer: Assessment) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(answer.recourse)))
    return plain | {"changes": [_without_figure(change) for change in plain["changes"]]}


def _without_figure(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "figure"}
