"""What became of a code or of a passkey's signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils import timezone
from django_otp.models import ThrottlingMixin


class Verdict(StrEnum):
    """How the signer judged what it was given."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    STALE = "stale"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and how many seconds to wait before the next try."""

    verdict: Verdict
    seconds: int = 0

    @property
    def is_right(self) -> bool:
        return self.verdict is Verdict.RIGHT


RIGHT: Final = Answer(Verdict.RIGHT)
WRONG: Final = Answer(Verdict.WRONG)
STALE: Final = Answer(Verdict.STALE)


def seconds_to_wait(device: ThrottlingMixin) -> int:
    """How long the device takes no answer because of earlier wrong ones; 0 when it does."""
    allowed, reason = device.verify_is_allowed()
    if allowed or not reason:
        return 0
    left = reason["locked_until"] - timezone.now()
    return max(1, int(left.total_seconds()) + 1)
