"""What has changed since the score that the bank had of the firm before."""

from __future__ import annotations

from typing import Any

from portal.consents.queries import consent_state
from portal.consents.transitions import ConsentState
from scoring.engine.model import BANDS
from scoring.models import Score, ScoreStatus

MOST_FALLS = 3
# Of these few, the newest that may be compared with.
_LOOKED_AT = 5
# A score under a consent that the firm took back is not there any more for the bank.
GONE = frozenset({ConsentState.WITHDRAWN, ConsentState.KEY_REVOKED})


def compared(score: Score) -> dict[str, Any]:
    """The item's columns of the comparison; none where the bank had no score of the firm."""
    before = _before(score)
    if before is None or score.value is None or before.value is None:
        return {}
    return {
        "before_id": before.id,
        "before_consent_id": before.consent_id,
        "points_lost": before.value - score.value,
        "bands_lost": BANDS.index(score.band) - BANDS.index(before.band),
        "pd_rise_ppm": (score.pd_ppm or 0) - (before.pd_ppm or 0),
        "falls": falls_between(before.points, score.points),
    }


def falls_between(before: dict[str, int], now: dict[str, int]) -> list[list[Any]]:
    """The features that lost most points, the largest loss first: ``[feature, points lost]``.

    A feature that only one of two models knows is left out.
    """
    lost = {name: before[name] - now[name] for name in now if name in before and name != "base"}
    fallen = [(points, name) for name, points in lost.items() if points > 0]
    return [[name, points] for points, name in sorted(fallen, key=_largest_first)[:MOST_FALLS]]


def _largest_first(fall: tuple[int, str]) -> tuple[int, str]:
    points, name = fall
    return -points, name


def _before(score: Score) -> Score | None:
    earlier = Score.objects.filter(
        firm_id=score.firm_id, bank_id=score.bank_id, status=ScoreStatus.SCORED
    ).exclude(id=score.id)
    newest = earlier.order_by("-created_at")[:_LOOKED_AT]
    return next((one for one in newest if consent_state(one.consent_id) not in GONE), None)
