"""The query bar above a bank's loans, read from the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.servicing.transitions import FOR_BANK


class LoanFilterForm(forms.Form):
    """What cannot be read counts as not asked."""

    status = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["status"]
        if isinstance(field, forms.ChoiceField):
            states = [(status.value, display.word) for status, display in FOR_BANK.items()]
            field.choices = [("", _("All")), *states]
        field.widget.attrs["class"] = "input"

    def wanted(self) -> str:
        """The state to narrow the list to; "" for all."""
        self.full_clean()
        return str(self.cleaned_data.get("status") or "")
