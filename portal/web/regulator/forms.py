"""The query bar of the ledger explorer; what is chosen stays in the address."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ledger.format.receipt_code import read_code
from ledger.kinds import EventKind
from portal.core.months import SHANGHAI
from portal.web.regulator.words import KIND_NAMES

REFERENCE = re.compile(r"[a-z]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHOWN = ("q", "kind", "since", "until")
NUMBER = re.compile(r"[0-9]{1,15}")


# Beyond them a day has no midnight in UTC, or none after it.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


def _day(label: Any) -> forms.DateField:
    day = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
    message = _("Choose a day between 2000 and 2999.")
    return forms.DateField(
        label=label,
        required=False,
        widget=day,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(FIRST_DAY, message), MaxValueValidator(LAST_DAY, message)],
    )


class LedgerQuery(forms.Form):
    """A number, a reference or a receipt's code; a kind of event; days. All may stay empty."""

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
    since = _day(_("From day (UTC+8)"))
    until = _day(_("To day (UTC+8)"))
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

    def clean(self) -> dict[str, Any]:
        """Refuses days that are the wrong way round."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day can't lie before the first."))
        return cleaned

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
        until = chosen["until"]
        return {
            "subject": chosen["q"] or None,
            "kind": EventKind(chosen["kind"]) if chosen["kind"] else None,
            "since": _midnight(chosen["since"]),
            "until": None if until is None else _midnight(until + timedelta(days=1)),
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


def _midnight(day: date | None) -> datetime | None:
    """The beginning of a day in Shanghai."""
    return None if day is None else datetime.combine(day, time(), tzinfo=SHANGHAI)
