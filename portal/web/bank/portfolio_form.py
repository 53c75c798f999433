"""The query bar above the warnings, read from the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.portfolio.warnings import LEAST_POINTS, Sign, Wanted

_MOST_POINTS = 550


class WarningForm(forms.Form):
    """What cannot be read counts as not asked."""

    sign = forms.ChoiceField(
        label=_("Show firms"),
        required=False,
        choices=[
            ("", _("that got worse in any way")),
            (Sign.BAND.value, _("whose band fell")),
            (Sign.POINTS.value, _("that lost at least so many points")),
            (Sign.RISK.value, _("whose probability of default rose")),
        ],
    )
    points = forms.IntegerField(
        label=_("Points lost, at least"), required=False, min_value=1, max_value=_MOST_POINTS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].widget.attrs["placeholder"] = str(LEAST_POINTS)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def wanted(self) -> Wanted:
        """How the list is narrowed."""
        self.full_clean()
        sign, points = (self.cleaned_data.get(name) for name in ("sign", "points"))
        return Wanted(sign=Sign(sign) if sign else None, least_points=points or LEAST_POINTS)
