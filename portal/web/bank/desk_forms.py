"""Shapes of what officers type about a case and the team's lead about the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.applications import rules
from portal.applications.clock import MOST_WORKING_DAYS


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        help_text=_("For your colleagues. The firm never sees it, and it cannot be changed."),
        max_length=rules.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write at least one sentence.")},
    )


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("Question to the firm"),
        help_text=_("Ask for one thing, and say what it is for. Up to 2,000 characters."),
        max_length=rules.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write at least one sentence.")},
    )


class AssignForm(forms.Form):
    """One of the bank's officers."""

    officer = forms.ChoiceField(label=_("Assign to"))

    def __init__(self, *args: Any, officers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officer = cast("forms.ChoiceField", self.fields["officer"])
        officer.choices = [(str(one.id), one.real_name) for one in officers]


class WorkingDaysForm(forms.Form):
    working_days = forms.IntegerField(
        label=_("Working days for a decision"),
        help_text=_(
            "For cases sent from now on. Days that a case waits for the firm do not count."
        ),
        min_value=1,
        max_value=MOST_WORKING_DAYS,
    )
    review_days = forms.IntegerField(
        label=_("Working days to look at an automatic decline again"),
        help_text=_("For firms that ask for a person from now on."),
        min_value=1,
        max_value=MOST_WORKING_DAYS,
    )
