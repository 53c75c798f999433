"""Shapes of what a firm's people type."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError as WrongNumber

from portal.applications import rules
from portal.applications.rules import ProductTerms
from portal.core.errors import RuleBroken
from portal.core.money import parse_yuan


class ConnectForm(forms.Form):
    """Which firm: the code's check digit is looked at here, the ownership at the authority."""

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 letters and digits, as on the business licence."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_uscc(self) -> str:
        try:
            return str(uscc_number.validate(self.cleaned_data["uscc"].upper()))
        except WrongNumber as error:
            raise forms.ValidationError(
                _("This is not a valid code: check each of the 18 letters and digits.")
            ) from error


class QuestionForm(forms.Form):
    """One question about the loan; the product says which answers it takes."""

    def __init__(self, *args: Any, terms: ProductTerms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms


class AmountForm(QuestionForm):
    amount = forms.CharField(
        label=_("How much do you want to borrow?"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_amount(self) -> int:
        try:
            amount_fen = parse_yuan(self.cleaned_data["amount"])
        except ValueError as error:
            raise forms.ValidationError(
                _("Write an amount in yuan with at most two decimals, such as 300,000.")
            ) from error
        return _ruled(rules.check_amount, amount_fen, self.terms)


class TermForm(QuestionForm):
    term = forms.TypedChoiceField(
        label=_("Over how many months do you want to repay?"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.TypedChoiceField", self.fields["term"]).choices = [
            (months, ngettext("%(months)d month", "%(months)d months", months) % {"months": months})
            for months in self.terms.terms_months
        ]


class UseForm(QuestionForm):
    use = forms.CharField(
        label=_("What will you use the money for?"),
        max_length=rules.USE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _ruled(check: Any, answer: int, terms: ProductTerms) -> int:
    try:
        check(answer, terms)
    except RuleBroken as broken:
        raise forms.ValidationError(broken.message, code=broken.code) from broken
    return answer
