"""The query bar of the ledger explorer; what is chosen stays in the address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ledger.format.receipt_code import read_code
from ledger.kinds import EventKind
from portal.web.day_span import DaySpanForm
from portal.web.regulator.words import KIND_NAMES

REFERENCE = re.compile(r"[a-z]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHOWN = ("q", "kind", "since", "until")
NUMBER = re.compile(r"[0-9]{1,15}")


class LedgerQuery(DaySpanForm):
    """A number, a reference or a receipt's code; a kind of event; days. All may stay empty."""

    field_order = SHOWN
    q = forms.CharField(
        label=_("Entry number, receipt code or reference"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("Event"),
        required=False,
        choices=lambda: [("", _("All events")), *KIND_NAMES.items()],
        widget=forms.Select(attrs={"class": "input"}),
    )
    before = forms.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def clean_q(self) -> str:
        """Refuses what is none of the three."""
        asked: str = self.cleaned_data["q"]
        known = NUMBER.fullmatch(asked) or REFERENCE.fullmatch(asked) or read_code(asked)
        if asked and not known:
            raise forms.ValidationError(
                _(
                    "Enter an entry's number, a receipt's code such as 48213-7F3K-Q2ZD, or a "
                    "reference such as consent:1c9e… in full."
                )
            )
        return asked

    def entry_address(self) -> str:
        """The entry's own page, when the person asked for one entry; else ""."""
        asked = self.cleaned_data["q"]
        code = None if NUMBER.fullmatch(asked) else read_code(asked)
        if code is not None:
            number, written = code
            return f"{reverse('regulator:entry_detail', args=[number])}?code={written}"
        return reverse("regulator:entry_detail", args=[int(asked)]) if asked.isdigit() else ""

    def conditions(self) -> dict[str, Any]:
        """What to ask the ledger for; days are whole, the last one too."""
        chosen = self.cleaned_data
        since, until = self.span()
        return {
            "subject": chosen["q"] or None,
            "kind": EventKind(chosen["kind"]) if chosen["kind"] else None,
            "since": since,
            "until": until,
            "before_seq": chosen["before"],
        }

    def address(self, *, before: int | None) -> str:
        """The explorer's address with the same query at another page."""
        chosen = {name: self.data.get(name, "") for name in SHOWN if self.cleaned_data[name]}
        if before is not None:
            chosen["before"] = str(before)
        return f"{reverse('regulator:ledger')}?{urlencode(chosen)}"

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.cleaned_data[name] for name in SHOWN)

    @property
    def is_unfolded(self) -> bool:
        """Folded filters with a value stay open."""
        return bool(self.data.get("since") or self.data.get("until"))
