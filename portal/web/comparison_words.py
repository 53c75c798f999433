"""Two sets of terms side by side, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.consents.changes import Scope
from portal.consents.comparing import Compared, compared
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose
from portal.consents.queries import ConsentView, replaced_by
from portal.core.actor import Actor
from portal.core.months import Month
from portal.web.formats import is_chinese, month_text

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_LABELS: Final[Mapping[str, StrPromise]] = {
    "categories": gettext_lazy("Data"),
    "months": gettext_lazy("Months"),
    "days": gettext_lazy("How long"),
    "max_uses": gettext_lazy("How often"),
    "storage_days": gettext_lazy("Kept for"),
}


@dataclass(frozen=True, slots=True)
class Worded:
    """One part: before, now, and what that means."""

    label: str
    old: str
    new: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordedComparison:
    """What changes, to be read; and what doesn't, to be folded away."""

    changed: list[Worded]
    unchanged: list[Worded]


def in_words(old: Scope, new: Scope, *, purpose: str) -> WordedComparison:
    """Old and new terms of one purpose; it can't change, and so stands with what stays."""
    found = compared(old, new)
    wording = PURPOSE_TEXTS[Purpose(purpose)]
    said = wording.zh if is_chinese() else wording.en
    return WordedComparison(
        changed=[_worded(part) for part in found.changed],
        unchanged=[Worded(_("What for"), said, said), *map(_worded, found.unchanged)],
    )


def change_in_words(actor: Actor, consent: ConsentView) -> WordedComparison | None:
    """What a consent changed in the one whose place it took; None when it took none."""
    old = replaced_by(actor, consent)
    return None if old is None else in_words(old.scope, consent.scope, purpose=consent.purpose)


def _worded(part: Compared) -> Worded:
    say = _SAYINGS[part.part]
    notes = [_added(part), _removed(part)] if part.is_changed else []
    return Worded(
        str(_LABELS[part.part]), say(part.old), say(part.new), tuple(note for note in notes if note)
    )


def _added(part: Compared) -> str:
    if not part.added:
        return ""
    if part.part == "months":
        number = len(part.added)
        more = ngettext("%(number)d month more", "%(number)d months more", number)
        return more % {"number": number}
    return _("Added: %(data)s") % {"data": _data(part.added)}


def _removed(part: Compared) -> str:
    if not part.removed:
        return ""
    if part.part == "months":
        number = len(part.removed)
        fewer = ngettext("%(number)d month fewer", "%(number)d months fewer", number)
        return fewer % {"number": number}
    return _("No longer: %(data)s") % {"data": _data(part.removed)}


def _data(codes: tuple[str, ...]) -> str:
    texts = (CATEGORY_TEXTS[Category(code)] for code in codes)
    return _("; ").join(text.zh if is_chinese() else text.en for text in texts)


def _months(months: tuple[Month, Month]) -> str:
    first, last = map(month_text, months)
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _days(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _uses(uses: int) -> str:
    return ngettext("once", "at most %(uses)d times", uses) % {"uses": uses}


_SAYINGS: Final[Mapping[str, Callable[[Any], str]]] = {
    "categories": _data,
    "months": _months,
    "days": _days,
    "max_uses": _uses,
    "storage_days": _days,
}
