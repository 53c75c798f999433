"""Shape of an officer's answer to a dispute."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.dispute_words import OUTCOMES
from scoring.dispute_rules import TEXT_LIMIT


class AnswerForm(forms.Form):
    """What was found, and why."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[(code.value, text) for code, text in OUTCOMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found.")},
    )
    answer = forms.CharField(
        label=_("Answer to the firm"),
        help_text=_("The firm reads this. Say what you looked at. Up to 2,000 characters."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write at least one sentence.")},
    )
