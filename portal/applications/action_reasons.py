"""Why an application waits for its firm: a closed list, with what the firm can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ActionReason(models.TextChoices):
    CONSENT_ENDED = "consent_ended"
    FETCH_FAILED = "fetch_failed"
    SCORING_FAILED = "scoring_failed"
    SCORE_WRONG = "score_wrong"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class ActionText:
    """What happened and what to do about it; but for a question, that begins with a new consent."""

    happened: StrPromise
    next_step: StrPromise


# No stored reason: the case stands where it stood and goes on when the consent does.
PAUSED = ActionText(
    _("Your consent is paused, so nothing goes on and the bank cannot see your score."),
    _(
        "The application goes on where it stopped, once the consent is resumed or your firm’s new"
        " legal representative has confirmed it. Or withdraw the application."
    ),
)
ACTION_TEXTS: dict[str, ActionText] = {
    ActionReason.CONSENT_ENDED: ActionText(
        _("Your consent has ended, so the bank can no longer see your score."),
        _("Give a new consent and send the application again, or withdraw it."),
    ),
    ActionReason.FETCH_FAILED: ActionText(
        _("The tax authority did not deliver all the records that this application needs."),
        _(
            "Sign a new consent and send the application again. If it fails once more, contact"
            " the tax authority."
        ),
    ),
    ActionReason.SCORING_FAILED: ActionText(
        _("Your records arrived, but a score could not be computed from them."),
        _("Sign a new consent and send the application again, or ask the bank what else it takes."),
    ),
    ActionReason.SCORE_WRONG: ActionText(
        _("The bank looked at your dispute and found the score to be wrong. It is used no longer."),
        _(
            "If your records are wrong, have the tax authority correct them first. Then sign a new"
            " consent and send the application again: a new score is computed from what the tax"
            " authority has by then."
        ),
    ),
    ActionReason.QUESTION: ActionText(
        _("The bank has a question."),
        _("Answer it, and the bank goes on with your application. Or withdraw the application."),
    ),
}
