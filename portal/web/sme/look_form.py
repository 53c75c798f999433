"""The query bar over the looks at a firm's data; what is chosen stays in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal.consents.given_terms import GivenTerms
from portal.oversight.looks import LookFilter, LookKind
from portal.web.day_span import DaySpanForm
from portal.web.formats import date_text
from portal.web.sme.look_words import RESULTS
from portal.web.templatetags.lending import bank_of

ALWAYS_SHOWN = ("kind", "bank", "consent")
FOLDED = ("since", "until")
SHOWN = (*ALWAYS_SHOWN, *FOLDED)


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, widget=forms.Select(attrs={"class": "input"})
    )


class LookForm(DaySpanForm):
    """All may stay empty; banks and consents are the firm's own."""

    field_order = SHOWN
    kind = _choice(_("Result"))
    bank = _choice(_("Bank"))
    consent = _choice(_("Consent"))
    before = forms.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, given: Mapping[UUID, GivenTerms], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        banks = {str(terms.bank_id): bank_of(terms) for terms in given.values()}
        consents = [(str(terms.consent_id), _consent_name(terms)) for terms in given.values()]
        kinds = [(kind.value, result.word) for kind, result in RESULTS.items()]
        self._offer("kind", _("All looks"), kinds)
        self._offer("bank", _("All banks"), list(banks.items()))
        self._offer("consent", _("All consents"), consents)

    def wanted(self) -> LookFilter:
        """What the address asks for, of a form that is valid."""
        asked = self.cleaned_data
        since, until = self.span()
        return LookFilter(
            kind=LookKind(asked["kind"]) if asked["kind"] else None,
            bank_id=UUID(asked["bank"]) if asked["bank"] else None,
            consent_id=UUID(asked["consent"]) if asked["consent"] else None,
            since=since,
            until=until,
        )

    def address(self, base: str, *, before: int | None = None) -> str:
        """``base`` with the same query, at another page."""
        chosen = {name: self.data[name] for name in SHOWN if self.data.get(name)}
        if before is not None:
            chosen["before"] = str(before)
        return f"{base}?{urlencode(chosen)}" if chosen else base

    @property
    def shown(self) -> list[BoundField]:
        """The fields that are always in sight."""
        return [self[name] for name in ALWAYS_SHOWN]

    @property
    def folded(self) -> list[BoundField]:
        """The fields behind "More filters"."""
        return [self[name] for name in FOLDED]

    @property
    def is_unfolded(self) -> bool:
        """A folded field with a value would narrow the list unseen."""
        return any(self.data.get(name) for name in FOLDED)

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.data.get(name) for name in SHOWN)

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, Any]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", everything), *choices]


def _consent_name(terms: GivenTerms) -> str:
    return f"{bank_of(terms)}, {date_text(terms.granted_at)}"
