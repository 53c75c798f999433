"""A run and its warnings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.reason_texts import TITLES
from scoring.portfolio.models import ItemStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ITEM_WORDS: dict[ItemStatus, StrPromise] = {
    ItemStatus.SCORED: gettext_lazy("New score"),
    ItemStatus.UNCHANGED: gettext_lazy("Unchanged"),
    ItemStatus.REFUSED: gettext_lazy("No score: consent or data do not allow it"),
    ItemStatus.FAILED: gettext_lazy("Failed"),
}


def fall_text(feature: str, points: int) -> str:
    """A feature by the name that reasons have for it, and what it cost."""
    title = _(TITLES.get(feature, feature))
    return _("%(feature)s: %(points)s points fewer") % {"feature": title, "points": points}


def percent_text(ppm: int) -> str:
    """A probability in per cent, to a tenth."""
    return f"{ppm / 10_000:.1f} %"
