"""Shape of a request for records, and of its refusal."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation, User
from portal.core.errors import RuleBroken
from portal.disclosure.models import TEXT_LIMIT, Basis, Secrecy, What
from portal.disclosure.terms import Terms, check_terms
from portal.disclosure.whose import whose_records
from portal.web.disclosure_words import BASES, SECRECY, WHAT

# Where to show what the rule about the terms refuses.
_AT: Final = {
    "days_reversed": "until",
    "days_too_many": "until",
    "days_to_come": "until",
    "telling_incomplete": "tell_on",
    "telling_too_late": "tell_on",
    "words_missing": "words",
}


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date", "class": "s"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write the day as year-month-day, such as 2026-11-23."),
        },
    )


class RequestForm(forms.Form):
    """What, whose, which days, under which law, and whether the party may know."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    what = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=[(code.value, words) for code, words in WHAT.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask for.")},
    )
    whose = forms.CharField(
        label=_("Whose records?"),
        help_text=_(
            "Of a person the e-mail address, or the reference (person:…) of the ledger. Of an "
            "organisation the unified social credit code, the licence number or the reference. "
            "Exactly: there is no list to choose from."
        ),
        max_length=254,
    )
    since = _day(_("From day (UTC+8)"))
    until = _day(_("To day (UTC+8)"))
    basis = forms.ChoiceField(
        label=_("Under which law?"),
        choices=[(code.value, words) for code, words in BASES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the law.")},
    )
    words = forms.CharField(
        label=_("Why are these records needed?"),
        help_text=_(
            "Name the case and what the records are to show. The second person decides on this. "
            "Up to 2,000 characters."
        ),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write at least one sentence.")},
    )
    telling = forms.ChoiceField(
        label=_("May the party be told?"),
        choices=[
            ("now", _("Yes, as soon as the request is approved")),
            ("later", _("Not before a certain day")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the party may be told.")},
    )
    tell_on = _day(_("The party is told on"), required=False)
    tell_reason = forms.ChoiceField(
        label=_("Why not before?"),
        required=False,
        choices=[(code.value, words) for code, words in SECRECY.items()],
        widget=forms.RadioSelect,
    )
    found: User | Organisation | None = None

    def clean(self) -> dict[str, Any]:
        """Finds the party, and asks the rule; each refusal stands at its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"what", "whose"} <= cleaned.keys():
            self.found = whose_records(What(cleaned["what"]), cleaned["whose"])
            if self.found is None:
                self.add_error("whose", _("Nobody here has exactly this name. Check it."))
        if not self.errors:
            self._check(self.terms())
        return cleaned

    def terms(self) -> Terms:
        """What is asked for; once its fields and the party are there."""
        asked = self.cleaned_data
        is_later = asked["telling"] == "later"
        assert self.found is not None  # noqa: S101 -- clean() has added an error otherwise
        tell_on: date | None = asked["tell_on"] if is_later else None
        reason = asked["tell_reason"] if is_later else ""
        return Terms(
            what=What(asked["what"]),
            whose=self.found.id,
            since=asked["since"],
            until=asked["until"],
            basis=Basis(asked["basis"]),
            words=asked["words"],
            tell_on=tell_on,
            tell_reason=Secrecy(reason) if reason else None,
        )

    def _check(self, terms: Terms) -> None:
        if self.cleaned_data["telling"] == "later" and terms.tell_on is None:
            self.add_error("tell_on", _("Choose a day."))
            return
        if self.cleaned_data["telling"] == "later" and terms.tell_reason is None:
            self.add_error("tell_reason", _("Choose why not before."))
            return
        try:
            check_terms(terms, timezone.now())
        except RuleBroken as refusal:
            self.add_error(_AT[refusal.code], str(refusal))


class RefusalForm(forms.Form):
    """Why not."""

    words = forms.CharField(
        label=_("Why do you refuse it?"),
        help_text=_("The one who asked reads this. Up to 2,000 characters."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write at least one sentence.")},
    )
