"""The page of calibration: a bank sees its own loans, an overseer all banks' together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.modelwatch.calibrations import (
    Calibrated,
    QuarterFit,
    calibration_of,
    models_with_loans,
)
from portal.modelwatch.drifts import Scope
from portal.web.access import actor_of
from portal.web.fairness_page import NOTHING, quarter_name
from portal.web.plots import PlotPoint, limit_plot
from scoring.engine.calibration import LEAST_LOANS, Fit, Vintage, ratio_interval
from scoring.engine.small_cells import LEAST, Answers, wilson

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FITS: Final[dict[Fit, tuple[str, StrPromise]]] = {
    Fit.TOO_FEW: ("neutral", gettext_lazy("Too few loans")),
    Fit.OPEN: ("waiting", gettext_lazy("Year not over")),
    Fit.FITS: ("done", gettext_lazy("As foreseen")),
    Fit.MORE: ("refused", gettext_lazy("More than foreseen")),
    Fit.FEWER: ("waiting", gettext_lazy("Fewer than foreseen")),
}


@dataclass(frozen=True, slots=True)
class LoansLine:
    """Loans in numbers: how many, how many bad ones were foreseen, how many there are."""

    name: str
    loans: str
    foreseen: str
    bad: str
    share: str
    interval: str
    tag: str = ""
    word: str = ""

    @classmethod
    def of(cls, name: str, found: Vintage, fit: Fit | None = None, *, least: int = 1) -> LoansLine:
        """Of fewer loans than ``least`` only that it is so."""
        tag, word = FITS[fit] if fit else ("", "")
        if found.loans < least:
            few = _("fewer than %(number)s") % {"number": least}
            return cls(name, few, NOTHING, NOTHING, NOTHING, NOTHING, tag, str(word))
        seen = Answers(found.bad, found.loans - found.bad)
        return cls(
            name=name,
            loans=f"{found.loans:,}",
            foreseen=f"{found.foreseen:,.1f}",
            bad=f"{found.bad:,}",
            share=_share(found.bad / found.loans),
            interval="–".join(_share(end) for end in wilson(seen)),
            tag=tag,
            word=str(word),
        )


class CalibrationForm(forms.Form):
    """The query bar."""

    def __init__(self, asked: Mapping[str, str], *, models: Mapping[str, str]) -> None:
        super().__init__(asked)
        self.fields["model"] = forms.ChoiceField(label=_("Model"), choices=list(models.items()))


def calibration_page(request: HttpRequest) -> dict[str, Any]:
    """What the template needs; refuses (NotAllowed) whoever has no view of it."""
    scope = Scope.of(actor_of(request))
    models = models_with_loans(scope)
    if not models:
        return {"models": models}
    asked = request.GET.get("model", "")
    model = asked if asked in models else next(iter(models))
    found = calibration_of(scope, model)
    least = LEAST if scope.bank_id is None else 1
    return {
        "models": models,
        "filter_form": CalibrationForm({"model": model}, models=models),
        "digest": model,
        "least_loans": LEAST_LOANS,
        "quarters": [_quarter_line(quarter, least) for quarter in reversed(found.quarters)],
        "bands": [LoansLine.of(band, vintage, least=least) for band, vintage in found.bands],
        "ratio": _ratio(found.over),
        "plots": _plots(found, least),
    }


def _quarter_line(found: QuarterFit, least: int) -> LoansLine:
    return LoansLine.of(quarter_name(found.first_day), found.vintage, found.fit, least=least)


def _ratio(over: Vintage | None) -> dict[str, Any] | None:
    """Bad to foreseen loans, where enough are over to say it."""
    if over is None or over.loans < LEAST_LOANS or over.foreseen <= 0:
        return None
    low, high = ratio_interval(over.bad, over.foreseen)
    return {
        "loans": over.loans,
        "ratio": f"{over.bad / over.foreseen:.2f}",
        "interval": f"{low:.2f}–{high:.2f}",
    }


def _plots(found: Calibrated, least: int) -> list[Any]:
    """Bad to foreseen loans by quarter, in the order of time; 1 is as foreseen."""
    bars = [
        PlotPoint(
            f"{one.first_day:%Y}/{(one.first_day.month + 2) // 3}",
            0,
            one.vintage.bad / one.vintage.foreseen,
        )
        for one in found.quarters
        if one.vintage.loans >= max(least, LEAST_LOANS) and one.vintage.foreseen > 0
    ]
    if not bars:
        return []
    label = _("Bad loans to foreseen ones by quarter; 1 is as foreseen")
    return [limit_plot(bars, label, limits=(1,), wide=wide) for wide in (True, False)]


def _share(share: float) -> str:
    return f"{share:.1%}"
