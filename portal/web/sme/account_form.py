"""Shape of where a loan's money is to go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications.disbursement import Disbursement, Payee, check_disbursement, plain_number
from portal.applications.disbursement_words import RAIL_WORDS
from portal.core.errors import RuleBroken

_AT_FIELD = {
    "rail_unknown": "rail",
    "account_malformed": "account",
    "payees_need_ecny": "payees",
    "payees_repeated": "payees",
    "payee_malformed": "payees",
}


class AccountForm(forms.Form):
    """A way, a number, and for purpose-bound money the suppliers, one a line."""

    rail = forms.ChoiceField(
        label=_("How is the money to be paid out?"),
        choices=list(RAIL_WORDS.items()),
        widget=forms.RadioSelect,
    )
    account = forms.CharField(
        label=_("Your firm’s account or wallet number"),
        help_text=_("You sign it together with the offer; afterwards nobody can change it."),
        max_length=48,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    payees = forms.CharField(
        label=_("Suppliers that the money may pay"),
        help_text=_(
            "Only for money bound to a purpose, in an e-CNY wallet: one a line, name, comma, "
            "wallet number. Left empty, you can use the money as the agreement says."
        ),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """What the use case would refuse is said at the field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            check_disbursement(self.place())
        except RuleBroken as broken:
            self.add_error(_AT_FIELD.get(broken.code), broken.message)
        return cleaned

    def place(self) -> Disbursement:
        """What was written, numbers without their spaces."""
        given = self.cleaned_data
        return Disbursement(
            given["rail"],
            plain_number(given["account"]),
            tuple(_payee(line) for line in given["payees"].splitlines() if line.strip()),
        )


def _payee(line: str) -> Payee:
    name, _comma, number = line.replace("，", ",").rpartition(",")
    return Payee(name.strip(), plain_number(number))
