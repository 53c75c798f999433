"""An answer to a firm in writing: of a bank to a dispute, of the operator to a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Of disputes and of complaints alike.
TEXT_LIMIT = 2000


class AnswerForm(forms.Form):
    """What was found, one of ``outcomes``, and why."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
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

    def __init__(self, *args: Any, outcomes: Mapping[Any, StrPromise]) -> None:
        super().__init__(*args)
        outcome = cast("forms.ChoiceField", self.fields["outcome"])
        outcome.choices = [(code.value, words) for code, words in outcomes.items()]
