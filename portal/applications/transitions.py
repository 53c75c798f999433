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
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AGREEMENT_SIGNED = "agreement_signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.SCORING, Status.ACTION_REQUIRED, Status.WITHDRAWN}),
    Status.SCORING: frozenset({Status.UNDER_REVIEW, Status.ACTION_REQUIRED, Status.WITHDRAWN}),
    Status.UNDER_REVIEW: frozenset(
        {
            Status.AWAITING_APPROVAL,
            Status.OFFERED,
            Status.DECLINED,
            Status.ACTION_REQUIRED,
            Status.WITHDRAWN,
        }
    ),
    Status.AWAITING_APPROVAL: frozenset(
        {Status.OFFERED, Status.UNDER_REVIEW, Status.ACTION_REQUIRED, Status.WITHDRAWN}
    ),
    Status.ACTION_REQUIRED: frozenset({Status.SUBMITTED, Status.UNDER_REVIEW, Status.WITHDRAWN}),
    Status.OFFERED: frozenset({Status.ACCEPTED, Status.EXPIRED, Status.WITHDRAWN}),
    # Until the days to change one's mind are over.
    Status.ACCEPTED: frozenset({Status.AGREEMENT_SIGNED, Status.WITHDRAWN}),
    Status.AGREEMENT_SIGNED: frozenset({Status.WITHDRAWN}),
    # Where the policy declined alone, and the firm asks for a person.
    Status.DECLINED: frozenset({Status.UNDER_REVIEW}),
    Status.EXPIRED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}
WITH_BANK = frozenset({Status.UNDER_REVIEW, Status.AWAITING_APPROVAL})
AGREED = frozenset({Status.ACCEPTED, Status.AGREEMENT_SIGNED})
DECIDED = AGREED | {Status.OFFERED, Status.DECLINED, Status.EXPIRED}
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
_AGREED = _("Agreed")
_CLOSED = _("Closed")

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
    Status.OFFERED: Display(
        Tone.WAITING, _NEEDS_YOU, _("The bank makes you an offer. It waits for your answer.")
    ),
    Status.ACCEPTED: Display(Tone.DONE, _AGREED, _("You accepted the bank’s offer.")),
    Status.AGREEMENT_SIGNED: Display(
        Tone.DONE, _AGREED, _("You accepted the bank’s offer, and the bank signed the agreement.")
    ),
    Status.DECLINED: Display(Tone.REFUSED, _("Declined"), _("The bank declined your application.")),
    Status.EXPIRED: Display(Tone.NEUTRAL, _CLOSED, _("The bank’s offer was not accepted in time.")),
    Status.WITHDRAWN: Display(Tone.NEUTRAL, _CLOSED, _("This application was withdrawn.")),
}

_BEING_PREPARED = _("Being prepared")
_APPROVED = _("Approved")

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
    Status.OFFERED: Display(
        Tone.DONE, _APPROVED, _("Your bank’s offer waits for the firm’s answer.")
    ),
    Status.ACCEPTED: Display(
        Tone.DONE, _APPROVED, _("The firm accepted your bank’s offer: the agreement can be signed.")
    ),
    Status.AGREEMENT_SIGNED: Display(Tone.DONE, _APPROVED, _("Both sides signed the agreement.")),
    Status.DECLINED: Display(
        Tone.REFUSED, _("Declined"), _("Your bank declined this application.")
    ),
    Status.EXPIRED: Display(Tone.NEUTRAL, _CLOSED, _("The firm did not accept the offer in time.")),
    Status.WITHDRAWN: Display(Tone.NEUTRAL, _CLOSED, _("The firm withdrew this application.")),
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
