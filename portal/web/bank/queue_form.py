"""The queue's query bar, read from the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portal.applications.case_filter import Assigned, CaseFilter, Order, Show
from portal.core.paging import Place

SHOW_CHOICES = [
    (Show.OPEN.value, _("All open cases")),
    (Show.TO_DECIDE.value, _("To decide")),
    (Show.AWAITING_APPROVAL.value, _("Waits for a second person")),
    (Show.REVIEW.value, _("Asked for a person")),
    (Show.BEING_PREPARED.value, _("Being prepared")),
    (Show.OFFERED.value, _("Offer made")),
    (Show.ACCEPTED.value, _("Offer accepted, to be signed")),
    (Show.AGREED.value, _("Agreement signed")),
    (Show.DECLINED.value, _("Declined")),
    (Show.CLOSED.value, _("Withdrawn or expired")),
    (Show.ALL.value, _("All cases")),
]
BAND_CHOICES = [("", _("Any band")), *((band, band) for band in "ABCDE")]
ASSIGNED_CHOICES = [
    (Assigned.ANYONE.value, _("Anyone")),
    (Assigned.ME.value, _("Me")),
    (Assigned.NOBODY.value, _("Nobody")),
]
DUE_CHOICES = [("", _("Any time limit")), ("overdue", _("Overdue"))]
ORDER_CHOICES = [
    (Order.SENT.value, _("Sent first")),
    (Order.DUE.value, _("Due first")),
]
LOOKED_CHOICES = [("", ""), ("no", ""), ("yes", "")]
ALWAYS_SHOWN = ("show", "assigned", "text")
FOLDED = ("band", "product", "due", "since", "until", "order")


def _choice(label: Any, choices: Sequence[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _day(label: Any) -> forms.DateField:
    day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=day, input_formats=["%Y-%m-%d"])


class QueueForm(forms.Form):
    """What cannot be read counts as not asked."""

    show = _choice(_("Status"), SHOW_CHOICES)
    assigned = _choice(_("Assigned to"), ASSIGNED_CHOICES)
    text = forms.CharField(
        label=_("Reference, code, or start of name"), max_length=60, required=False
    )
    band = _choice(_("Band"), BAND_CHOICES)
    product = _choice(_("Product"), ())
    due = _choice(_("Time limit"), DUE_CHOICES)
    since = _day(_("Sent from"))
    until = _day(_("Sent until"))
    order = _choice(_("Order"), ORDER_CHOICES)
    looked = forms.ChoiceField(choices=LOOKED_CHOICES, required=False, widget=forms.HiddenInput)
    after = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product = cast("forms.ChoiceField", self.fields["product"])
        product.choices = [("", _("Any product")), *products]
        for name in (*ALWAYS_SHOWN, *FOLDED):
            self.fields[name].widget.attrs["class"] = "input"

    def wanted(self) -> CaseFilter:
        """The filter that the address asks for."""
        self.is_valid()
        asked = self.cleaned_data
        looked, product = asked.get("looked"), asked.get("product")
        place = Place.read(asked.get("after", ""))
        return CaseFilter(
            show=Show(asked.get("show") or Show.OPEN),
            band=asked.get("band", ""),
            text=asked.get("text", "").strip(),
            product=UUID(product) if product else None,
            assigned=Assigned(asked.get("assigned", "")),
            is_overdue=asked.get("due") == "overdue",
            since=_sane(asked.get("since")),
            until=_sane(asked.get("until")),
            order=Order(asked.get("order") or Order.SENT),
            looked=None if not looked else looked == "yes",
            after=None if place is None else (place.at, place.id),
        )

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


def _sane(day: date | None) -> date | None:
    """A day that time zones can't push over the edge of the calendar."""
    return day if day is not None and 1900 <= day.year < 9000 else None
