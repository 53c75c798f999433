"""A version being written: its terms and rows as forms, kept in the page until it is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.products.policy.flaws import MOST_ROWS
from portal.products.policy.table import Table
from portal.products.terms import VersionContent
from portal.products.version_rules import flaws_of_policy
from portal.web.bank.policy_forms import RowForm, initial_row
from portal.web.bank.policy_words import FLAW_WORDS
from portal.web.bank.product_forms import TermsForm, initial_terms
from portal.web.fields import error_texts


class Draft:
    """Terms and rows, and what is wrong with the whole; ``errors`` is what a page's title asks."""

    def __init__(self, terms: TermsForm, rows: Sequence[RowForm]) -> None:
        self.terms = terms
        self.rows = list(rows)
        self.general: list[Any] = []

    @classmethod
    def of(cls, content: VersionContent) -> Draft:
        """A copy of a version there is, to be changed."""
        terms = TermsForm(initial=initial_terms(content), categories=content.terms.categories)
        rows = [
            RowForm(prefix=_prefix(number), initial=initial_row(row))
            for number, row in enumerate(content.table.rows)
        ]
        return cls(terms, rows)

    @classmethod
    def posted(cls, data: QueryDict, *, categories: Sequence[str]) -> Draft:
        """What was sent, to be judged."""
        rows = [RowForm(data, prefix=_prefix(number)) for number in range(count_of(data))]
        return cls(TermsForm(data, categories=categories), rows)

    @classmethod
    def rearranged(
        cls, data: QueryDict, places: Sequence[int], *, categories: Sequence[str]
    ) -> Draft:
        """What was sent with its rows at these places, not judged; -1 is a new row."""
        terms = TermsForm(categories=categories)
        terms.initial = _raw(terms, data)
        rows = []
        for number, place in enumerate(places[:MOST_ROWS]):
            typed = {} if place < 0 else _raw(RowForm(prefix=_prefix(place)), data)
            rows.append(RowForm(prefix=_prefix(number), initial=typed))
        return cls(terms, rows)

    def content(self) -> VersionContent | None:
        """What it says; None when something is wrong, which is then said at its field."""
        verdicts = [form.is_valid() for form in (self.terms, *self.rows)]
        if not all(verdicts):
            return None
        content = VersionContent(
            terms=self.terms.stated_terms(),
            automation=self.terms.automation(),
            table=Table(tuple(row.row() for row in self.rows)),
        )
        flaws = flaws_of_policy(content)
        for flaw in flaws:
            if flaw.row and flaw.column:
                self.rows[flaw.row - 1].say(flaw.column, FLAW_WORDS[flaw.code])
            else:
                self.general.append(FLAW_WORDS[flaw.code])
        return None if flaws else content

    @property
    def errors(self) -> bool:
        return bool(self.general) or any(form.errors for form in (self.terms, *self.rows))

    def problems(self) -> list[tuple[str, str]]:
        """Where and what, for the summary; what concerns a row begins with its number."""
        found = list(_problems(self.terms))
        for number, row in enumerate(self.rows, start=1):
            label = _("Row %(row)d") % {"row": number}
            found += [(target, f"{label}: {text}") for target, text in _problems(row)]
        return found


def rearranged_places(do: str, count: int) -> list[int] | None:
    """Places of the rows after a button of the page; None for any other button."""
    places = list(range(count))
    act, _separator, written = do.partition("-")
    if act == "add":
        return [*places, -1]
    if act not in {"remove", "up"} or not written.isdecimal() or int(written) >= count:
        return None
    place = places.pop(int(written))
    if act == "up":
        places.insert(max(place - 1, 0), place)
    return places


def count_of(data: QueryDict) -> int:
    """How many rows the page had."""
    text = data.get("rows", "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _prefix(number: int) -> str:
    return f"row-{number}"


def _raw(form: forms.Form, data: QueryDict) -> dict[str, Any]:
    """What was typed, as it was typed."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _problems(form: forms.Form) -> Iterator[tuple[str, str]]:
    for name in form.errors:
        if name in form.fields:
            bound = form[name]
            for text in error_texts(bound):
                yield bound.id_for_label or f"{bound.auto_id}_0", text
