"""Shapes of what a bank's officers type."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications import rules
from portal.applications.offer_queries import Offerable
from portal.applications.offer_terms import OfferTerms, check_offer
from portal.core.errors import RuleBroken
from portal.core.money import yuan
from portal.products.condition_words import CONDITION_WORDS
from portal.products.reason_codes import Outcome, reasons_of
from portal.products.repayment import percent
from portal.web.bank.product_forms import PercentField, YuanField


class ReasonsField(forms.MultipleChoiceField):
    """Codes of one outcome; whether any is needed depends on the outcome that is chosen."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """Only known codes; none at all is judged by the form."""
        if value:
            super().validate(value)


class OfferedYuan(YuanField):
    """Shown as needed; whether it is depends on the outcome that is chosen."""

    def validate(self, value: Any) -> None:
        """None at all is judged by the form."""


class OfferedPercent(PercentField):
    """The same, for a rate."""

    def validate(self, value: Any) -> None:
        """Only a number; none at all is judged by the form."""
        if value is not None:
            super().validate(value)


# Where the page says what a rule refuses.
_AT_FIELD = {
    "offer_out_of_range": "amount",
    "rate_out_of_range": "annual_rate",
    "condition_unknown": "conditions",
}


class DecisionForm(forms.Form):
    """Outcome, what an approval offers, coded reasons, and a note that the firm reads."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(Outcome.APPROVE.value, _("Approve")), (Outcome.DECLINE.value, _("Decline"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to approve or decline.")},
    )
    amount = OfferedYuan(label=_("Amount that you offer"))
    annual_rate = OfferedPercent(label=_("Yearly rate that you offer"))
    conditions = forms.MultipleChoiceField(
        label=_("On condition that"),
        choices=list(CONDITION_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
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

    def __init__(
        self, *args: Any, offerable: Offerable, has_score: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial = _initial(offerable.suggested)
        self.offerable = offerable
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
            if cleaned["outcome"] == Outcome.APPROVE:
                self._check_offer(cleaned)
        return cleaned

    def _check_offer(self, cleaned: dict[str, Any]) -> None:
        for name in ("amount", "annual_rate"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("Say what you offer if you approve."))
        if self.errors:
            return
        terms = OfferTerms(cleaned["amount"], cleaned["annual_rate"], tuple(cleaned["conditions"]))
        bounds = self.offerable
        try:
            check_offer(terms, asked_fen=bounds.asked_fen, product=bounds.product)
        except RuleBroken as broken:
            self.add_error(_AT_FIELD[broken.code], broken.message)
        cleaned["terms"] = terms


def _initial(terms: OfferTerms) -> dict[str, Any]:
    return {
        "amount": yuan(terms.amount_fen),
        "annual_rate": percent(terms.annual_rate_bp),
        "conditions": list(terms.conditions),
    }
