"""Shape of one row of a policy: from and up to for figures, choices for codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portal.core.money import yuan
from portal.products.condition_words import CONDITION_WORDS
from portal.products.policy.table import Cell, Row
from portal.products.policy.vocabulary import (
    KINDS,
    REASONS,
    Choice,
    Codes,
    Input,
    Number,
    Operator,
    Verdict,
)
from portal.products.reason_codes import REASONS as REASON_TEXTS
from portal.products.repayment import percent
from portal.web.bank.policy_words import INPUT_WORDS, VERDICT_WORDS, code_words
from portal.web.bank.product_forms import PercentField, YuanField

_UNITS = {Input.AMOUNT_FEN: ("¥", ""), Input.PD_PPM: ("", "%")}
NUMBERS = tuple(name for name in Input if isinstance(KINDS[name], Number))
# Codes of which any or none may be meant: the field that says which, and the ticks.
HOW = {
    Input.LOWERED_BY: ("lowered_how", "lowered_by"),
    Input.SIGNALS: ("signals_how", "signals"),
}
_FIELD_OF_COLUMN = {
    **{name.value: f"{name}_from" for name in NUMBERS},
    Input.LOWERED_BY.value: "lowered_by",
    Input.SIGNALS.value: "signals",
    Input.BAND.value: "band",
    "limit_fen": "limit",
    "rate_bp": "rate",
    "conditions": "conditions",
    "reasons": "reasons",
}


class Choices(forms.MultipleChoiceField):
    """Any number of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, choices: Mapping[str, Any], *, label: Any) -> None:
        super().__init__(choices=list(choices.items()), label=label, required=False)


class HowField(forms.ChoiceField):
    """Whether any or none of the codes ticked below is meant."""

    def __init__(self, label: Any) -> None:
        choices = [
            ("", _("anything")),
            (Operator.HAS_ANY.value, _("any of those ticked")),
            (Operator.HAS_NONE.value, _("none of those ticked")),
        ]
        super().__init__(choices=choices, label=label, required=False)


class RowForm(forms.Form):
    """One row; an empty condition lets everything through."""

    use_required_attribute = False

    band = Choices({}, label=INPUT_WORDS[Input.BAND])
    lowered_how = HowField(INPUT_WORDS[Input.LOWERED_BY])
    lowered_by = Choices({}, label=_("What lowers the score"))
    signals_how = HowField(INPUT_WORDS[Input.SIGNALS])
    signals = Choices({}, label=_("Signals about invoices"))
    verdict = forms.ChoiceField(
        label=_("Outcome of the row"),
        choices=[(verdict.value, words) for verdict, words in VERDICT_WORDS.items()],
    )
    limit = YuanField(label=_("Approve up to"), required=False)
    rate = PercentField(label=_("At a yearly rate of"), required=False)
    conditions = Choices(CONDITION_WORDS, label=_("On condition that"))
    reasons = Choices({}, label=_("Reasons that the firm is told"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NUMBERS:
            for end in ("from", "to"):
                self.fields[f"{name}_{end}"] = _number_field(name, end)
        for listed in (Input.BAND, Input.LOWERED_BY, Input.SIGNALS):
            self._choose(listed, {code: code_words(listed, code) for code in _codes(listed)})
        self._choose(
            "reasons",
            {code: REASON_TEXTS[code].label for codes in REASONS.values() for code in codes},
        )
        for field in self.fields.values():
            if not isinstance(field, Choices):
                field.widget.attrs["class"] = "input"

    def _choose(self, name: str, choices: Mapping[str, Any]) -> None:
        cast("Choices", self.fields[name]).choices = list(choices.items())

    def ranges(self) -> Iterator[tuple[Any, BoundField, BoundField, str, str]]:
        """Label, both ends, and what stands before and after them, for the page."""
        for name in NUMBERS:
            before, after = _UNITS.get(name, ("", ""))
            yield INPUT_WORDS[name], self[f"{name}_from"], self[f"{name}_to"], before, after

    def clean(self) -> dict[str, Any]:
        """Ticks without a word for them, and the word without ticks, are nobody's meaning."""
        cleaned: dict[str, Any] = super().clean() or {}
        for how, ticked in HOW.values():
            if bool(cleaned.get(how)) != bool(cleaned.get(ticked)):
                self.add_error(ticked, _("Choose any or none, and tick what is meant."))
        return cleaned

    def row(self) -> Row:
        """The row as it was written; whether it is sound is for ``flaws_of`` to say."""
        given = self.cleaned_data
        cells = {name: _number_cell(name, given) for name in NUMBERS}
        cells[Input.BAND] = Cell(Operator.ONE_OF, tuple(given["band"])) if given["band"] else None
        for name, (how, ticked) in HOW.items():
            if given[how]:
                cells[name] = Cell(Operator(given[how]), tuple(given[ticked]))
        return Row(
            cells={name: cell for name, cell in cells.items() if cell is not None},
            verdict=Verdict(given["verdict"]),
            limit_fen=given["limit"],
            rate_bp=given["rate"],
            conditions=tuple(given["conditions"]),
            reasons=tuple(given["reasons"]),
        )

    def say(self, column: str, message: Any) -> None:
        """A flaw at the cell it is in."""
        self.add_error(_FIELD_OF_COLUMN.get(column), message)


def initial_row(row: Row) -> dict[str, object]:
    """What the form shows of a row there is."""
    shown: dict[str, object] = {
        "verdict": row.verdict.value,
        "limit": "" if row.limit_fen is None else yuan(row.limit_fen),
        "rate": "" if row.rate_bp is None else percent(row.rate_bp),
        "conditions": list(row.conditions),
        "reasons": list(row.reasons),
    }
    for name, cell in row.cells.items():
        shown |= _initial_cell(name, cell)
    return shown


def _codes(name: Input) -> tuple[str, ...]:
    return cast("Choice | Codes", KINDS[name]).codes


def _number_field(name: Input, end: str) -> forms.Field:
    label = _("from") if end == "from" else _("up to")
    if name is Input.AMOUNT_FEN:
        return YuanField(label=label, required=False)
    if name is Input.PD_PPM:
        return PercentField(label=label, decimals=4, required=False)
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, required=False, widget=widget)


def _number_cell(name: Input, given: Mapping[str, Any]) -> Cell | None:
    """Both ends are meant to be included."""
    kind = cast("Number", KINDS[name])
    first, last = given[f"{name}_from"], given[f"{name}_to"]
    if first is None and last is None:
        return None
    if last is None:
        return Cell(Operator.AT_LEAST, (first,))
    return Cell(Operator.BETWEEN, (kind.low if first is None else first, last))


def _initial_cell(name: Input, cell: Cell) -> dict[str, object]:
    if name is Input.BAND:
        return {"band": list(cell.values)}
    if name in HOW:
        how, ticked = HOW[name]
        return {how: cell.operator.value, ticked: list(cell.values)}
    first, last = int(cell.values[0]), int(cell.values[-1])
    ends: dict[Operator, tuple[int | None, int | None]] = {
        Operator.AT_LEAST: (first, None),
        Operator.BELOW: (None, last - 1),
    }
    least, most = ends.get(cell.operator, (first, last))
    return {f"{name}_from": _written(name, least), f"{name}_to": _written(name, most)}


def _written(name: Input, value: int | None) -> str:
    if value is None:
        return ""
    if name is Input.AMOUNT_FEN:
        return yuan(value)
    if name is Input.PD_PPM:
        return f"{value / 10_000:.4f}".rstrip("0").rstrip(".")
    return str(value)
