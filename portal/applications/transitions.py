"""The life of an application: one mapping, from which all else about states is derived.

The database's CHECK, the diagram in the docs, the words on the pages and the product test of
status × status all read ``MOVES`` and ``DISPLAY``; nothing else lists statuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.errors import InvalidTransition

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Status(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCORING = "scoring"
    UNDER_REVIEW = "under_review"
    AWAITING_APPROVAL = "awaiting_approval"
    ACTION_REQUIRED = "action_required"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.SCORING, Status.ACTION_REQUIRED, Status.WITHDRAWN}),
    Status.SCORING: frozenset({Status.UNDER_REVIEW, Status.ACTION_REQUIRED, Status.WITHDRAWN}),
    Status.UNDER_REVIEW: frozenset(
        {
            Status.AWAITING_APPROVAL,
            Status.APPROVED,
            Status.DECLINED,
            Status.ACTION_REQUIRED,
            Status.WITHDRAWN,
        }
    ),
    Status.AWAITING_APPROVAL: frozenset(
        {Status.APPROVED, Status.UNDER_REVIEW, Status.ACTION_REQUIRED, Status.WITHDRAWN}
    ),
    Status.ACTION_REQUIRED: frozenset({Status.SUBMITTED, Status.UNDER_REVIEW, Status.WITHDRAWN}),
    Status.APPROVED: frozenset(),
    Status.DECLINED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}
WITH_BANK = frozenset({Status.UNDER_REVIEW, Status.AWAITING_APPROVAL})
DECIDED = frozenset({Status.APPROVED, Status.DECLINED})
FINAL = frozenset(status for status, onward in MOVES.items() if not onward)
UNSENT = frozenset({Status.DRAFT, Status.WITHDRAWN})
SENDABLE = frozenset(status for status, onward in MOVES.items() if Status.SUBMITTED in onward)
IN_WORK = frozenset(status for status, onward in MOVES.items() if Status.ACTION_REQUIRED in onward)
UNDECIDED = IN_WORK | {Status.ACTION_REQUIRED}


class Tone(StrEnum):
    """How a state looks; the five tones of the status component."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"
    INFORMATION = "info"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Display:
    """What a person sees of a status: the tone, a word, and one whole sentence."""

    tone: Tone
    word: StrPromise
    sentence: StrPromise


_IN_PROGRESS = _("In progress")
_NEEDS_YOU = _("Needs you")

FOR_FIRM: dict[Status, Display] = {
    Status.DRAFT: Display(Tone.WAITING, _NEEDS_YOU, _("You have not sent this application yet.")),
    Status.SUBMITTED: Display(
        Tone.INFORMATION,
        _IN_PROGRESS,
        _("We are fetching the records you allowed from the tax authority."),
    ),
    Status.SCORING: Display(
        Tone.INFORMATION, _IN_PROGRESS, _("Your records are being checked and scored.")
    ),
    Status.UNDER_REVIEW: Display(
        Tone.INFORMATION,
        _IN_PROGRESS,
        _("The bank has your application and will decide."),
    ),
    Status.AWAITING_APPROVAL: Display(
        Tone.INFORMATION,
        _IN_PROGRESS,
        _("The bank has your application and will decide."),
    ),
    Status.ACTION_REQUIRED: Display(
        Tone.WAITING,
        _NEEDS_YOU,
        _("The application has stopped until you do something."),
    ),
    Status.APPROVED: Display(Tone.DONE, _("Approved"), _("The bank approved your application.")),
    Status.DECLINED: Display(Tone.REFUSED, _("Declined"), _("The bank declined your application.")),
    Status.WITHDRAWN: Display(Tone.NEUTRAL, _("Withdrawn"), _("You withdrew this application.")),
}

_BEING_PREPARED = _("Being prepared")

FOR_BANK: dict[Status, Display] = {
    Status.SUBMITTED: Display(
        Tone.INFORMATION,
        _BEING_PREPARED,
        _("The records are being fetched from the tax authority."),
    ),
    Status.SCORING: Display(
        Tone.INFORMATION,
        _BEING_PREPARED,
        _("The records are being checked and scored."),
    ),
    Status.UNDER_REVIEW: Display(
        Tone.WAITING, _("To decide"), _("The case is ready for your decision.")
    ),
    Status.AWAITING_APPROVAL: Display(
        Tone.WAITING, _("To decide"), _("An approval is proposed and waits for a second person.")
    ),
    Status.ACTION_REQUIRED: Display(
        Tone.INFORMATION, _BEING_PREPARED, _("The case waits for the firm.")
    ),
    Status.APPROVED: Display(Tone.DONE, _("Approved"), _("Your bank approved this application.")),
    Status.DECLINED: Display(
        Tone.REFUSED, _("Declined"), _("Your bank declined this application.")
    ),
    Status.WITHDRAWN: Display(
        Tone.NEUTRAL, _("Withdrawn"), _("The firm withdrew this application.")
    ),
}
BANK_SEES = frozenset(FOR_BANK)


def may_move(current: str, target: Status) -> bool:
    """Whether the mapping knows the step from ``current`` to ``target``."""
    return target in MOVES[Status(current)]


def check_move(current: str, target: Status) -> None:
    """Refuse a step that the mapping does not know with InvalidTransition (409)."""
    if not may_move(current, target):
        raise InvalidTransition(code=f"application_{current}_to_{target}")


def diagram() -> str:
    """The mapping as a Mermaid state diagram, as it stands in the docs."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.DRAFT}"]
    for status, onward in MOVES.items():
        ends = [target for target in Status if target in onward]
        lines += [f"    {status} --> {target}" for target in ends]
        if not ends:
            lines.append(f"    {status} --> [*]")
    return "\n".join(lines) + "\n"
