"""The page of fairness: a bank sees its own decisions, an overseer all banks' together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.modelwatch.drifts import Scope
from portal.modelwatch.fairness import ClassFigures, FairnessTable, fairness_of, quarters_in
from portal.modelwatch.fairness_models import Dimension
from portal.web.access import actor_of
from scoring.engine.firm_size import FirmSize
from scoring.engine.industries import SECTIONS
from scoring.engine.regions import PROVINCES
from scoring.engine.small_cells import LEAST, Answers, wilson

NOTHING: Final = "–"
HEADINGS: Final = {
    Dimension.REGION: (gettext_lazy("By region"), gettext_lazy("Region")),
    Dimension.SIZE: (gettext_lazy("By size"), gettext_lazy("Size")),
    Dimension.INDUSTRY: (gettext_lazy("By industry"), gettext_lazy("Industry")),
}
SIZES: Final = {
    FirmSize.MICRO.value: gettext_lazy("Micro: sales under ¥3 million a year"),
    FirmSize.SMALL.value: gettext_lazy("Small: ¥3 to 20 million"),
    FirmSize.MEDIUM.value: gettext_lazy("Medium: ¥20 to 400 million"),
    FirmSize.LARGE.value: gettext_lazy("Large: ¥400 million and more"),
}


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class in words."""

    name: str
    firms: int
    approved: str
    interval: str
    ratio: str
    score: str
    overruled: str

    @classmethod
    def of(cls, dimension: Dimension, found: ClassFigures) -> ClassLine:
        """What can't be said is a dash."""
        return cls(
            name=class_name(dimension, found.of),
            firms=found.approval.firms,
            approved=_percent(found.approval),
            interval="{:.0%}–{:.0%}".format(*wilson(found.approval)),
            ratio=NOTHING if found.ratio is None else f"{found.ratio:.2f}",
            score=NOTHING if found.mean_score is None else str(found.mean_score),
            overruled=NOTHING if found.override is None else _percent(found.override),
        )


class FairnessForm(forms.Form):
    """The query bar."""

    def __init__(self, asked: Mapping[str, str], *, quarters: Mapping[str, str]) -> None:
        super().__init__(asked)
        self.fields["quarter"] = forms.ChoiceField(
            label=_("Quarter"), choices=list(quarters.items())
        )


def class_name(dimension: Dimension, of: str) -> str:
    """A province, a size or an industry; where nobody knows, that."""
    match dimension:
        case Dimension.REGION:
            return _(PROVINCES[of]) if of in PROVINCES else _("Region not known")
        case Dimension.SIZE:
            return str(SIZES.get(of, _("Size not known")))
        case Dimension.INDUSTRY:
            return _(SECTIONS[of]) if of in SECTIONS else _("Industry not known")


def fairness_page(request: HttpRequest) -> dict[str, Any]:
    """What the template needs; refuses (NotAllowed) whoever has no view of it."""
    scope = Scope.of(actor_of(request))
    quarters = {_key(day): day for day in quarters_in(scope)}
    if not quarters:
        return {"quarters": quarters}
    asked = request.GET.get("quarter", "")
    key = asked if asked in quarters else next(iter(quarters))
    named = {each: quarter_name(day) for each, day in quarters.items()}
    return {
        "quarters": quarters,
        "filter_form": FairnessForm({"quarter": key}, quarters=named),
        "quarter": named[key],
        "least": LEAST,
        "tables": [_table(found) for found in fairness_of(scope, quarters[key])],
    }


def quarter_name(day: date) -> str:
    """As pages name a quarter by its first day."""
    return _("Quarter %(number)s of %(year)s") % {"number": _number(day), "year": day.year}


def _table(found: FairnessTable) -> dict[str, Any]:
    heading, column = HEADINGS[found.dimension]
    return {
        "heading": heading,
        "column": column,
        "lines": [ClassLine.of(found.dimension, one) for one in found.classes],
        "hidden": [class_name(found.dimension, of) for of in found.hidden],
        "total": found.total and {"firms": found.total.firms, "approved": _percent(found.total)},
    }


def _percent(cell: Answers) -> str:
    return f"{cell.yes / cell.firms:.0%}"


def _key(day: date) -> str:
    return f"{day.year}-Q{_number(day)}"


def _number(day: date) -> int:
    return (day.month + 2) // 3
