"""From one day to another in a query bar; days are Shanghai's, and whole."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.core.months import SHANGHAI

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


class DaySpanForm(forms.Form):
    """Either day may stay empty."""

    since = _day(_("From day (UTC+8)"))
    until = _day(_("To day (UTC+8)"))

    def clean(self) -> dict[str, Any]:
        """Refuses days that are the wrong way round."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day can't lie before the first."))
        return cleaned

    def span(self) -> tuple[datetime | None, datetime | None]:
        """The moment from which on, and the one before which."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return _midnight(since), _midnight(until + timedelta(days=1)) if until else None


def _midnight(day: date | None) -> datetime | None:
    """The beginning of a day in Shanghai."""
    return None if day is None else datetime.combine(day, time(), tzinfo=SHANGHAI)
