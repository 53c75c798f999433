"""The page of drift, which a bank sees of its firms and an overseer of all banks' together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.core.months import Month
from portal.modelwatch.drifts import LEAST_REFERENCE, MonthDrift, Scope, Watched, models_in, watched
from portal.modelwatch.models import SCORE
from portal.web.access import actor_of
from portal.web.drift_words import LEVELS, class_name, part_name, share_text
from portal.web.formats import month_text
from portal.web.plots import PlotPoint, limit_plot
from scoring.engine.drift import LOOK, SHIFT, Drift, Level

WORTH_NAMING: Final = frozenset({Level.LOOK, Level.SHIFT})


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part in one month."""

    name: str
    part: str
    index: str
    tag: str
    word: str

    @classmethod
    def of(cls, part: str, found: Drift[int]) -> PartLine:
        """In words; without an index where nobody judged."""
        tag, word = LEVELS[found.level]
        index = "–" if found.level is Level.TOO_FEW else f"{found.index:.2f}"
        return cls(part_name(part), part, index, tag, str(word))


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: the score's index, and the figures that are out of their place."""

    month: str
    text: str
    firms: int
    score: PartLine
    tag: str
    word: str
    moved: tuple[PartLine, ...]

    @classmethod
    def of(cls, found: MonthDrift) -> MonthLine:
        """The score apart, for it has a column of its own."""
        tag, word = LEVELS[found.level]
        lines = {part: PartLine.of(part, one) for part, one in found.parts.items()}
        moved = [
            line
            for part, line in lines.items()
            if part != SCORE and found.parts[part].level in WORTH_NAMING
        ]
        month, score = found.as_of_month, found.parts[SCORE]
        return cls(
            month=f"{month:%Y-%m}",
            text=month_text(month),
            firms=score.firms,
            score=lines[SCORE],
            tag=tag,
            word=str(word),
            moved=tuple(moved),
        )


class DriftForm(forms.Form):
    """The query bar."""

    def __init__(
        self, asked: Mapping[str, str], *, models: Mapping[str, str], parts: Sequence[str]
    ) -> None:
        super().__init__(asked)
        named = [(part, part_name(part)) for part in parts]
        self.fields["model"] = forms.ChoiceField(label=_("Model"), choices=list(models.items()))
        self.fields["part"] = forms.ChoiceField(label=_("Figure"), choices=named)


def drift_page(request: HttpRequest) -> dict[str, Any]:
    """What the template needs; refuses (NotAllowed) whoever has no view of drift."""
    scope = Scope.of(actor_of(request))
    models = models_in(scope)
    if not models:
        return {"models": models}
    model = _asked(request, "model", list(models))
    found = watched(scope, model)
    parts = list(found.months[-1].parts) if found.months else [SCORE]
    part = _asked(request, "part", parts)
    return {
        "models": models,
        "filter_form": DriftForm({"model": model, "part": part}, models=models, parts=parts),
        "version": models[model],
        "digest": model,
        "least_reference": LEAST_REFERENCE,
        "reference_firms": found.reference_firms,
        "reference_from": Month.of(found.reference[0]),
        "reference_to": Month.of(found.reference[-1]),
        "is_settled": found.is_settled,
        "newest": MonthLine.of(found.months[-1]) if found.months else None,
        "months": [MonthLine.of(month) for month in reversed(found.months)],
        "part": part,
        "part_name": part_name(part),
        "plots": _plots(found, part),
        "detail": _detail(found, part, request.GET.get("month", "")),
    }


def _asked(request: HttpRequest, name: str, known: Sequence[str]) -> str:
    """What the address asks for; the first that there is where it can't be read."""
    asked = request.GET.get(name, "")
    return asked if asked in known else known[0]


def _plots(found: Watched, part: str) -> list[Any]:
    bars = [
        PlotPoint(month_text(month.as_of_month), 0, month.parts[part].index)
        for month in found.months
        if part in month.parts
    ]
    label = _("Index of “%(figure)s” by month") % {"figure": part_name(part)}
    return [limit_plot(bars, label, limits=(LOOK, SHIFT), wide=wide) for wide in (True, False)]


def _detail(found: Watched, part: str, asked: str) -> dict[str, Any] | None:
    """How one part spread in one month: the month asked for, or the newest one."""
    months = {f"{month.as_of_month:%Y-%m}": month for month in found.months}
    if not months:
        return None
    month = months.get(asked) or found.months[-1]
    drifted = month.parts.get(part)
    if drifted is None or drifted.level is Level.TOO_FEW:
        return None
    classes = [
        {
            "name": class_name(part, one.of),
            "before": share_text(one.before, found.reference_firms),
            "now": share_text(one.now, drifted.firms),
        }
        for one in sorted(drifted.moved, key=lambda one: one.of)
    ]
    return {
        "month": Month.of(month.as_of_month),
        "line": PartLine.of(part, drifted),
        "classes": classes,
    }
