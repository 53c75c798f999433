"""Reading scores. Who may see one is asked by the rooms above, which know the consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypedDict
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from portal.core.paging import Page, Place, newest_first
from scoring.models import (
    Dispute,
    DisputeOutcome,
    DisputeStatus,
    MonthlySales,
    Score,
    ScoreStatus,
)
from scoring.signal_views import SignalsView

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Finding(TypedDict):
    """What the newest answer to a dispute of the score was; empty without one."""

    finding: str


# A bank does not rest on a score that it has itself set aside or found wrong.
OUT_OF_SIGHT = frozenset({DisputeOutcome.SET_ASIDE.value, DisputeOutcome.CORRECTED.value})


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One coded reason; the page turns it into words. No figure once it is erased."""

    code: str
    feature: str
    direction: str
    rank: int
    points: int
    figure: int | None
    unit: str
    compared_with: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One figure that would have to move, and to where; itself absent once it is erased."""

    feature: str
    figure: int | None
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
        """As it was stored, the figures in their places."""
        changes = tuple(ChangeView(**change) for change in kept.get("changes", ()))
        return cls(**{**kept, "changes": changes})


@dataclass(frozen=True, slots=True)
class ScoreView:
    """What a page, or a frozen decision, keeps of a score.

    ``finding`` is the outcome of its newest answered dispute; empty without one. ``signals`` are
    for the bank alone; None where there are none kept beside it.
    """

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
    finding: str = ""
    signals: SignalsView | None = None

    @property
    def is_scored(self) -> bool:
        return self.status == ScoreStatus.SCORED

    @property
    def is_set_aside(self) -> bool:
        return self.finding == DisputeOutcome.SET_ASIDE

    @property
    def is_found_wrong(self) -> bool:
        return self.finding == DisputeOutcome.CORRECTED

    @property
    def is_in_sight(self) -> bool:
        """Whether a bank's pages may show it and a decision may rest on it."""
        return self.finding not in OUT_OF_SIGHT

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
            "signals": SignalsView.of(kept["signals"]) if kept.get("signals") else None,
        }
        return cls(**{**kept, **changed})


def score_under(application_id: UUID, consent_id: UUID) -> ScoreView | None:
    """The newest score of an application under one consent."""
    found = _scores().filter(application_id=application_id, consent_id=consent_id)
    return _first(found.order_by("-created_at"))


def newest_score_of_firm(firm_id: UUID) -> ScoreView | None:
    """The firm's newest answer, scored or not, whichever bank it was made for."""
    return _first(_scores().filter(firm_id=firm_id).order_by("-created_at"))


def scores_of_firm(firm_id: UUID, *, after: Place | None = None) -> Page[ScoreView]:
    """A page of answers about the firm, newest first, whichever bank each was made for."""
    return newest_first(_scores().filter(firm_id=firm_id), "created_at", after=after).map(_view)


def score_about(firm_id: UUID, score_id: UUID) -> ScoreView | None:
    """One answer about the firm; None for another firm's and for an unknown one."""
    return _first(_scores().filter(firm_id=firm_id, id=score_id))


def monthly_sales_of(score_id: UUID) -> list[tuple[str, int, int]]:
    """Months and ranges of their sales (fen) behind a score; nothing once they are erased."""
    kept = MonthlySales.objects.filter(score_id=score_id).first()
    return [(month, low, high) for month, low, high in kept.bands] if kept else []


def scores_by_id(ids: Iterable[UUID]) -> dict[UUID, ScoreView]:
    """Scores for a page of a list, in one query."""
    return {score.id: _view(score) for score in _scores().filter(id__in=list(ids))}


def scores_in_band(band: str) -> QuerySet[WithAnnotations[Score, Finding]]:
    """Scores of a band that a bank may rest on, to search by."""
    return _scores().filter(band=band).exclude(Q(finding__in=OUT_OF_SIGHT))


def _scores() -> QuerySet[WithAnnotations[Score, Finding]]:
    answered = Dispute.objects.filter(score=OuterRef("pk"), status=DisputeStatus.ANSWERED)
    newest = Subquery(answered.order_by("-answered_at").values("outcome")[:1])
    scores = Score.objects.select_related("figures", "signals")
    return scores.annotate(finding=Coalesce(newest, Value("")))


def _first(found: Iterable[WithAnnotations[Score, Finding]]) -> ScoreView | None:
    return next((_view(score) for score in found), None)


def _view(score: WithAnnotations[Score, Finding]) -> ScoreView:
    kept = getattr(score, "figures", None)
    figures = kept.figures if kept else {}
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
        reasons=tuple(ReasonView(**reason) for reason in _with_figures(score.reasons, figures)),
        as_of_month=f"{score.as_of_month:%Y-%m}",
        input_digest=score.input_digest,
        model_version=score.model_version,
        model_sha256=score.model_sha256,
        code_version=score.code_version,
        created_at=score.created_at,
        recourse=RecourseView.of(_recourse_with(score.recourse, figures)),
        finding=score.finding,
        signals=SignalsView.of_row(getattr(score, "signals", None)),
    )


def _with_figures(
    said: Iterable[Mapping[str, Any]], figures: Mapping[str, int]
) -> list[dict[str, Any]]:
    return [{**one, "figure": figures.get(one["feature"])} for one in said]


def _recourse_with(recourse: Mapping[str, Any], figures: Mapping[str, int]) -> dict[str, Any]:
    return {**recourse, "changes": _with_figures(recourse.get("changes", ()), figures)}
