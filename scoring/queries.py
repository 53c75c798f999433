"""Reading scores. Who may see one is asked by the rooms above, which know the consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from scoring.models import MonthlySales, Score, ScoreStatus


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One coded reason with its figures; the page turns it into words."""

    code: str
    feature: str
    direction: str
    rank: int
    points: int
    figure: int
    unit: str
    compared_with: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One figure that would have to move, and to where."""

    feature: str
    figure: int
    edge: int
    unit: str
    points: int


@dataclass(frozen=True, slots=True)
class RecourseView:
    """What would raise the band (``scoring.engine.recourse``); no code where none was computed."""

    code: str = ""
    needed: int = 0
    reachable: int = 0
    changes: tuple[ChangeView, ...] = ()
    score: int | None = None
    band: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As it was stored with a score."""
        changes = tuple(ChangeView(**change) for change in kept.get("changes", ()))
        return cls(**{**kept, "changes": changes})


@dataclass(frozen=True, slots=True)
class ScoreView:
    """What a page, or a frozen decision, keeps of a score."""

    id: UUID
    status: str
    detail_code: str
    detail: Mapping[str, int]
    value: int | None
    band: str
    pd_ppm: int | None
    pd_low_ppm: int | None
    pd_high_ppm: int | None
    reasons: tuple[ReasonView, ...]
    as_of_month: str
    input_digest: str
    model_version: str
    model_sha256: str
    code_version: str
    created_at: datetime
    recourse: RecourseView = RecourseView()

    @property
    def is_scored(self) -> bool:
        return self.status == ScoreStatus.SCORED

    def frozen(self) -> dict[str, object]:
        """As JSON, for the record of a decision; ``thaw`` reads it back."""
        return asdict(self) | {
            "id": str(self.id),
            "created_at": self.created_at.isoformat(),
        }

    @classmethod
    def thaw(cls, kept: Mapping[str, Any]) -> Self:
        """The view that ``frozen`` was called on."""
        changed = {
            "id": UUID(kept["id"]),
            "created_at": datetime.fromisoformat(kept["created_at"]),
            "reasons": tuple(ReasonView(**reason) for reason in kept["reasons"]),
            "recourse": RecourseView.of(kept.get("recourse", {})),
        }
        return cls(**{**kept, **changed})


def score_under(application_id: UUID, consent_id: UUID) -> ScoreView | None:
    """The newest score of an application under one consent."""
    found = Score.objects.filter(application_id=application_id, consent_id=consent_id)
    return _first(found.order_by("-created_at"))


def newest_score_of_firm(firm_id: UUID) -> ScoreView | None:
    """The firm's newest answer, scored or not, whichever bank it was made for."""
    return _first(Score.objects.filter(firm_id=firm_id).order_by("-created_at"))


def scores_of_firm(firm_id: UUID) -> list[ScoreView]:
    """All answers about the firm, newest first, whichever bank each was made for."""
    return [_view(score) for score in Score.objects.filter(firm_id=firm_id).order_by("-created_at")]


def monthly_sales_of(score_id: UUID) -> list[tuple[str, int, int]]:
    """Months and ranges of their sales (fen) behind a score; nothing once they are erased."""
    kept = MonthlySales.objects.filter(score_id=score_id).first()
    return [(month, low, high) for month, low, high in kept.bands] if kept else []


def scores_by_id(ids: Iterable[UUID]) -> dict[UUID, ScoreView]:
    """Scores for a page of a list, in one query."""
    return {score.id: _view(score) for score in Score.objects.filter(id__in=list(ids))}


def _first(found: Iterable[Score]) -> ScoreView | None:
    return next((_view(score) for score in found), None)


def _view(score: Score) -> ScoreView:
    return ScoreView(
        id=score.id,
        status=score.status,
        detail_code=score.detail_code,
        detail=score.detail,
        value=score.value,
        band=score.band,
        pd_ppm=score.pd_ppm,
        pd_low_ppm=score.pd_low_ppm,
        pd_high_ppm=score.pd_high_ppm,
        reasons=tuple(ReasonView(**reason) for reason in score.reasons),
        as_of_month=f"{score.as_of_month:%Y-%m}",
        input_digest=score.input_digest,
        model_version=score.model_version,
        model_sha256=score.model_sha256,
        code_version=score.code_version,
        created_at=score.created_at,
        recourse=RecourseView.of(score.recourse),
    )
