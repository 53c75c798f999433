"""The query bar of the ledger explorer; what is chosen stays in the address."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ledger.kinds import EventKind
from portal.web.regulator.words import KIND_NAMES

REFERENCE = re.compile(r"[0-9]{1,15}|[a-z]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LedgerQuery(forms.Form):
    """An entry's number or a reference, and a kind of event; both may stay empty."""

    q = forms.CharField(
        label=_("Entry number or reference"),
        required=False,
        max_length=80,
        validators=[
            RegexValidator(
                re.compile(rf"(?:{REFERENCE.pattern})\Z"),
                _("Enter an entry's number, or a reference such as consent:1c9e… in full."),
            )
        ],
        widget=forms.TextInput(attrs={"class": "input", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("Event"),
        required=False,
        choices=lambda: [("", _("All events")), *KIND_NAMES.items()],
        widget=forms.Select(attrs={"class": "input"}),
    )
    before = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def entry_number(self) -> int | None:
        """The number, when the person asked for one entry rather than for a reference."""
        asked = self.cleaned_data["q"]
        return int(asked) if asked.isdigit() else None

    def conditions(self) -> dict[str, Any]:
        """What to ask the ledger for."""
        chosen = self.cleaned_data
        return {
            "subject": chosen["q"] or None,
            "kind": EventKind(chosen["kind"]) if chosen["kind"] else None,
            "before_seq": chosen["before"],
        }
