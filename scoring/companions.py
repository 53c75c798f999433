"""What else one use of a consent answers: higher rooms look through the scoring job's open window.

A companion is called while the window is open and returns what it does when it has closed and the
score is published. Both run again with a job that comes again, so what they keep is kept once.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from portal.consents.door import Window

Finish = Callable[[], None]
Companion = Callable[[Window, UUID], Finish]
_COMPANIONS: list[Companion] = []


def looks_along(companion: Companion) -> Companion:
    """Register a companion; importing its module again adds nothing."""
    if companion.__module__ not in {known.__module__ for known in _COMPANIONS}:
        _COMPANIONS.append(companion)
    return companion


def looked_along(window: Window, *, application_id: UUID) -> tuple[Finish, ...]:
    """Let every companion look; what each wants done afterwards."""
    return tuple(companion(window, application_id) for companion in _COMPANIONS)
