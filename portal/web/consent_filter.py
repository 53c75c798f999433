"""The query bar above a list of consents, read from the address: the same for firm and bank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.consents.dashboard import GROUPS, STANDING_GROUPS, Group
from portal.consents.narrowing import Wanted
from portal.consents.purposes import PURPOSE_TEXTS, Purpose

GROUP_NAMES: Final = {
    Group.LIVE: _("In force"),
    Group.PAUSED: _("Paused"),
    Group.EXPIRED: _("Ran out"),
    Group.STOPPED: _("Stopped or given back"),
    Group.REPLACED: _("Replaced by a newer consent"),
    Group.INVALID: _("Not valid: signing key revoked"),
}
REFUSED: Final = "refused"
_ALL = ("", _("All"))
_STANDING = ("standing", _("In force or paused"))


class ConsentFilterForm(forms.Form):
    """What cannot be read counts as not asked."""

    show = forms.ChoiceField(label=_("Show"), required=False)
    purpose = forms.ChoiceField(label=_("What for"), required=False)
    text = forms.CharField(required=False, max_length=60)

    def __init__(
        self, *args: Any, text_label: Any, further: Sequence[tuple[str, Any]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        groups = [(group.value, name) for group, name in GROUP_NAMES.items()]
        cast("forms.ChoiceField", self.fields["show"]).choices = [
            _ALL,
            _STANDING,
            *groups,
            *further,
        ]
        cast("forms.ChoiceField", self.fields["purpose"]).choices = [
            ("", _("Any purpose")),
            *((purpose.value, PURPOSE_TEXTS[purpose].said_in(language)) for purpose in Purpose),
        ]
        self.fields["text"].label = text_label
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    @property
    def shown(self) -> str:
        """The part of the list that is asked for; "" for all of it."""
        return self._asked("show")

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are asked for; none where it is something else than consents."""
        match self.shown:
            case "":
                return tuple(GROUPS)
            case "standing":
                return STANDING_GROUPS
            case "refused":
                return ()
            case group:
                return (Group(group),)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.shown or self._asked("purpose") or self._asked("text"))

    def wanted(self) -> Wanted:
        """What narrows the list besides."""
        return Wanted(purpose=self._asked("purpose"), text=self._asked("text").strip())

    def _asked(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
