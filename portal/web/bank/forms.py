"""Shapes of what a bank's officers type."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications import rules
from portal.core.errors import RuleBroken
from portal.products.reason_codes import Outcome, reasons_of


class ReasonsField(forms.MultipleChoiceField):
    """Codes of one outcome; whether any is needed depends on the outcome that is chosen."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """Only known codes; none at all is judged by the form."""
        if value:
            super().validate(value)


class DecisionForm(forms.Form):
    """Outcome, coded reasons, and a note that the firm reads."""

    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(Outcome.APPROVE.value, _("Approve")), (Outcome.DECLINE.value, _("Decline"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to approve or decline.")},
    )
    approve_reasons = ReasonsField(label=_("Reasons, if you approve"))
    decline_reasons = ReasonsField(label=_("Reasons, if you decline"))
    note_to_firm = forms.CharField(
        label=_("Note to the firm"),
        help_text=_("The firm reads it beside the reasons. Up to 1,000 characters."),
        max_length=rules.NOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, has_score: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_score = has_score
        for outcome in Outcome:
            field = cast("ReasonsField", self.fields[f"{outcome.value}_reasons"])
            field.choices = [
                (code, reason.label)
                for code, reason in reasons_of(outcome, has_score=has_score).items()
            ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "outcome" in cleaned:
            field = f"{cleaned['outcome']}_reasons"
            cleaned["reasons"] = cleaned.get(field, [])
            try:
                outcome = Outcome(cleaned["outcome"])
                rules.check_reasons(outcome, cleaned["reasons"], has_score=self.has_score)
            except RuleBroken as broken:
                self.add_error(field, broken.message)
        return cleaned
