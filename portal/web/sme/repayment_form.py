"""How much a firm pays now."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.money import parse_yuan


class YuanField(forms.CharField):
    """An amount in yuan; cleaned, integer fen."""

    def clean(self, value: str) -> int:
        """Refuse (ValidationError) what is no amount."""
        text = super().clean(value)
        try:
            return parse_yuan(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write an amount in yuan, for example 12,500.50."), code="amount_malformed"
            ) from error


class RepaymentForm(forms.Form):
    amount = YuanField(
        label=_("Amount in yuan"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
