"""Reading the registry: every version, and what a challenger says beside the champion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet

from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import NotFound
from scoring.engine.model import Model, ModelError
from scoring.engine.small_cells import LEAST
from scoring.models import ChallengerScore
from scoring.registry.models import ModelActivation, ModelVersion

MOST_MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class MonthCompared:
    """Firms scored by both as of a month; None where there are too few to say more.

    ``same_band`` is a share, ``difference`` the challenger's points less the champion's.
    """

    as_of_month: date
    firms: int
    same_band: float | None
    difference: float | None


def models_visible_to(actor: Actor) -> QuerySet[ModelVersion]:
    """Every version without its bytes, newest first; NotAllowed for firms."""
    require(actor, Permission.MODEL_VIEW)
    return ModelVersion.objects.defer("content").order_by("-registered_at", "-version")


def model_for(actor: Actor, version_id: UUID) -> ModelVersion:
    """One version; NotFound for an unknown one."""
    found = models_visible_to(actor).filter(id=version_id).first()
    if found is None:
        raise NotFound(code="model_unknown")
    return found


def activations_of(version: ModelVersion) -> Iterable[ModelActivation]:
    """Each time it was put to work, newest first."""
    return version.activations.select_related("instead_of").order_by("-at")


def active_version(role: str) -> ModelVersion | None:
    """What scores in this role now."""
    return ModelVersion.objects.defer("content").filter(role=role).first()


def card_of(version: ModelVersion) -> Model | None:
    """The model itself, to show its figures; None where the stored bytes are not the registered."""
    content = ModelVersion.objects.values_list("content", flat=True).get(id=version.id)
    try:
        return Model.load(bytes(content), sha256=version.sha256)
    except ModelError:
        return None


def compared_with_champion(version: ModelVersion) -> list[MonthCompared]:
    """What this version said as challenger, by month, newest first. One query."""
    rows = (
        ChallengerScore.objects.filter(model_sha256=version.sha256)
        .filter(value__isnull=False, score__value__isnull=False)
        .values("score__as_of_month")
        .annotate(
            firms=Count("score__firm_id", distinct=True),
            both=Count("score_id"),
            same=Count("score_id", filter=Q(band=F("score__band"))),
            difference=Avg(F("value") - F("score__value")),
        )
        .order_by("-score__as_of_month")
    )
    return [_month(row) for row in rows[:MOST_MONTHS]]


def _month(row: dict[str, Any]) -> MonthCompared:
    is_few = row["firms"] < LEAST
    return MonthCompared(
        as_of_month=row["score__as_of_month"],
        firms=row["firms"],
        same_band=None if is_few else row["same"] / row["both"],
        difference=None if is_few else float(row["difference"]),
    )
