"""Acts that want the second factor just now, and not at some time this morning."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.actor import Actor
from portal.core.errors import NotAllowed

FRESH: Final = timedelta(minutes=15)


def is_fresh(actor: Actor) -> bool:
    """Whether the person has shown the second factor within `FRESH`."""
    shown = actor.second_factor_at
    return shown is not None and timezone.now() - shown <= FRESH


def require_fresh(actor: Actor) -> None:
    """Refuses (NotAllowed, second_factor_too_old) an actor who has not."""
    if not is_fresh(actor):
        raise NotAllowed(
            _("Sign out and in again first: this needs your second factor of just now."),
            code="second_factor_too_old",
        )
