"""Shape of a dispute as a firm's person types it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.dispute_words import ABOUT
from scoring.dispute_rules import TEXT_LIMIT


class DisputeForm(forms.Form):
    """What is wrong, and why."""

    about = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(code.value, text) for code, text in ABOUT.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    statement = forms.CharField(
        label=_("In your own words"),
        help_text=_("The person at the bank reads this. Up to 2,000 characters."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write at least one sentence.")},
    )
