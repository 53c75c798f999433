"""Drift in words: parts, classes and levels as pages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.modelwatch.models import SCORE, STEP
from scoring.engine.drift import Level
from scoring.engine.reason_texts import TITLES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Of fewer firms than these a class says too much of each.
LEAST_SHOWN: Final = 5
LEVELS: Final[dict[Level, tuple[str, StrPromise]]] = {
    Level.TOO_FEW: ("neutral", gettext_lazy("Too few firms")),
    Level.STABLE: ("done", gettext_lazy("Stable")),
    Level.LOOK: ("waiting", gettext_lazy("Worth a look")),
    Level.SHIFT: ("refused", gettext_lazy("Shifted")),
}


def part_name(part: str) -> str:
    """The score, or a feature by the name that reasons have for it."""
    return _("Score") if part == SCORE else _(TITLES.get(part, part))


def class_name(part: str, of: int) -> str:
    """A step of the score, or the points that a feature's bin brings."""
    if part != SCORE:
        return _("%(points)s points") % {"points": f"{of:+d}" if of else "0"}
    if of == 0:
        return _("No score: too little data")
    return _("%(first)s to %(last)s") % {"first": of, "last": of + STEP - 1}


def share_text(share: float, firms: int) -> str:
    """A share in whole per cent; of a handful of firms only that it is one."""
    if 0 < share * firms < LEAST_SHOWN:
        return _("fewer than %(number)s firms") % {"number": LEAST_SHOWN}
    return f"{share * 100:.0f} %"
