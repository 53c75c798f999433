"""Shapes of what a bank's officers type."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications import rules
from portal.applications.bank_queries import CaseFilter, Show
from portal.core.errors import RuleBroken
from portal.products.reason_codes import Outcome, reasons_of

SHOW_CHOICES = [
    (Show.OPEN.value, _("All open cases")),
    (Show.TO_DECIDE.value, _("To decide")),
    (Show.BEING_PREPARED.value, _("Being prepared")),
    (Show.APPROVED.value, _("Approved")),
    (Show.DECLINED.value, _("Declined")),
    (Show.WITHDRAWN.value, _("Withdrawn")),
    (Show.ALL.value, _("All cases")),
]
BAND_CHOICES = [("", _("Any band")), *((band, band) for band in "ABCDE")]
LOOKED_CHOICES = [("", ""), ("no", ""), ("yes", "")]


class ReasonsField(forms.MultipleChoiceField):
    """Codes of one outcome; whether any is needed depends on the outcome that is chosen."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """Only known codes; none at all is judged by the form."""
        if value:
            super().validate(value)


class QueueForm(forms.Form):
    """The query bar; what cannot be read counts as not asked."""

    show = forms.ChoiceField(
        label=_("Status"),
        choices=SHOW_CHOICES,
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    band = forms.ChoiceField(
        label=_("Band"),
        choices=BAND_CHOICES,
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    text = forms.CharField(
        label=_("Firm or reference"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    looked = forms.ChoiceField(choices=LOOKED_CHOICES, required=False, widget=forms.HiddenInput)
    after = forms.RegexField(
        regex=r"^[0-9T:.+-]{20,40}_[0-9a-f-]{36}$", required=False, widget=forms.HiddenInput
    )

    def wanted(self) -> CaseFilter:
        """The filter that the address asks for."""
        self.is_valid()
        asked = self.cleaned_data
        looked = asked.get("looked")
        return CaseFilter(
            show=Show(asked.get("show") or Show.OPEN),
            band=asked.get("band", ""),
            text=asked.get("text", "").strip(),
            looked=None if not looked else looked == "yes",
            after=_place(asked.get("after", "")),
        )


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


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _separator, last_id = text.partition("_")
    try:
        return datetime.fromisoformat(at), UUID(last_id)
    except ValueError:
        return None
