"""Shape of a version's terms: amounts in yuan, rates in percent, as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.errors import RuleBroken
from portal.core.money import parse_yuan, yuan
from portal.products.method_words import METHOD_WORDS
from portal.products.repayment import percent
from portal.products.schedule import Method
from portal.products.terms import Automation, Terms, VersionContent
from portal.products.version_rules import check_automation, check_terms

# Where the page says what a rule refuses.
_AT_FIELD = {
    "amounts_out_of_order": "min_amount",
    "terms_too_large": "terms",
    "terms_missing": "terms",
    "terms_repeated": "terms",
    "rate_implausible": "annual_rate",
    "cooling_off_implausible": "cooling_off_days",
    "fees_implausible": "fee",
    "penalty_implausible": "penalty_markup",
    "automation_out_of_range": "approve_up_to",
}


class YuanField(forms.CharField):
    """Yuan with at most two decimals; gives fen."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=24, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write an amount in yuan with at most two decimals, such as 300,000.")
            ) from error


class PercentField(forms.DecimalField):
    """Percent with as many decimals as a basis point, or a millionth, has; gives the integer."""

    def __init__(self, *, decimals: int = 2, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            min_value=0, max_value=100, decimal_places=decimals, widget=widget, **kwargs
        )
        self.unit = 10**decimals

    def clean(self, value: Any) -> Any:
        found: Decimal | None = super().clean(value)
        return None if found is None else int(found * self.unit)


class TermsForm(forms.Form):
    """What firms are shown, and how far the policy acts without an officer."""

    use_required_attribute = False

    min_amount = YuanField(label=_("Smallest amount"))
    max_amount = YuanField(label=_("Largest amount"))
    terms = forms.CharField(
        label=_("Terms in months"), help_text=_("Such as 6, 12, 24."), max_length=80
    )
    annual_rate = PercentField(
        label=_("Yearly rate"),
        help_text=_("Fixed, and the highest that a row of the policy may give."),
    )
    method = forms.ChoiceField(
        label=_("How it is paid back"),
        choices=list(METHOD_WORDS.items()),
        widget=forms.RadioSelect,
        initial=Method.ANNUITY.value,
    )
    penalty_markup = PercentField(
        label=_("Added to the rate for what is overdue"),
        help_text=_("As a share of the rate, up to 50%."),
    )
    fee = YuanField(label=_("Fixed fee"))
    fee_share = PercentField(label=_("Fee as a share of the amount"))
    cooling_off_days = forms.IntegerField(
        label=_("Cooling-off period in days"),
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    approve_up_to = YuanField(
        label=_("The policy approves by itself up to"),
        help_text=_("Of the amount asked for. 0 is never: an officer decides."),
    )
    decline_up_to = YuanField(
        label=_("The policy declines by itself up to"),
        help_text=_("The firm can always have a person look again. 0 is never."),
    )

    def __init__(self, *args: Any, categories: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = tuple(categories)

    def clean_terms(self) -> tuple[int, ...]:
        parts = self.cleaned_data["terms"].replace("，", ",").replace("、", ",").split(",")
        try:
            return tuple(sorted(int(part) for part in parts))
        except ValueError as error:
            raise forms.ValidationError(
                _("Write whole months with commas between, such as 6, 12, 24.")
            ) from error

    def clean(self) -> dict[str, Any]:
        """What the use case would refuse is said at the field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            check_terms(self.stated_terms(), categories=self.categories)
            check_automation(self.automation(), self.stated_terms())
        except RuleBroken as broken:
            self.add_error(_AT_FIELD.get(broken.code), broken.message)
        return cleaned

    def stated_terms(self) -> Terms:
        """The terms as they were written."""
        given = self.cleaned_data
        return Terms(
            min_amount_fen=given["min_amount"],
            max_amount_fen=given["max_amount"],
            terms_months=given["terms"],
            annual_rate_bp=given["annual_rate"],
            categories=self.categories,
            fee_fen=given["fee"],
            fee_bp=given["fee_share"],
            cooling_off_days=given["cooling_off_days"],
            method=Method(given["method"]),
            penalty_markup_bp=given["penalty_markup"],
        )

    def automation(self) -> Automation:
        """The limits as they were written."""
        return Automation(self.cleaned_data["approve_up_to"], self.cleaned_data["decline_up_to"])


def initial_terms(content: VersionContent) -> dict[str, object]:
    """What the form shows of a version there is."""
    terms, automation = content.terms, content.automation
    return {
        "min_amount": yuan(terms.min_amount_fen),
        "max_amount": yuan(terms.max_amount_fen),
        "terms": ", ".join(str(months) for months in terms.terms_months),
        "annual_rate": percent(terms.annual_rate_bp),
        "fee": yuan(terms.fee_fen),
        "fee_share": percent(terms.fee_bp),
        "cooling_off_days": terms.cooling_off_days,
        "method": terms.method.value,
        "penalty_markup": percent(terms.penalty_markup_bp),
        "approve_up_to": yuan(automation.approve_up_to_fen),
        "decline_up_to": yuan(automation.decline_up_to_fen),
    }
