"""Shape of a wish for a token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.api_token_models import LONGEST, Scope
from portal.accounts.create_api_token import NAME_LIMIT

SCOPES = [
    (Scope.APPLICATIONS.value, _("Applications: state, amount, decision")),
    (Scope.SCORES.value, _("Scores and their reasons, with the applications")),
]
DAYS = [(30, _("30 days")), (90, _("90 days")), (LONGEST.days, _("A year"))]


class TokenForm(forms.Form):
    """For which system, to read what, for how long."""

    name = forms.CharField(
        label=_("Which system is it for?"),
        help_text=_("Your own name for it, such as the loan register. One token for each system."),
        max_length=NAME_LIMIT,
        error_messages={"required": _("Name the system.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it read?"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the system may read.")},
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=DAYS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long it lasts.")},
    )
