"""How a window on a firm's records ended, in words that its time follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from portal.consents.closings import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CLOSED: Mapping[Outcome, StrPromise] = {
    Outcome.OPEN: gettext_lazy("not closed yet"),
    Outcome.LEFT: gettext_lazy("closed"),
    Outcome.BROKEN_OFF: gettext_lazy("broken off"),
    Outcome.LOST: gettext_lazy("not closed in order; ended at the latest at"),
}
