"""The class of a loan by how long it is overdue. Pure.

The days are those of the Measures for the Risk Classification of Financial Assets of Commercial
Banks (in force since 2023-07-01): overdue at all, more than 90, 270 and 360 days. They say how well
a loan can be classed at best; the bank may class it worse for other reasons.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Arrears(StrEnum):
    """Five classes, best first."""

    NORMAL = "normal"
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"


_MORE_THAN: Final = (
    (360, Arrears.LOSS),
    (270, Arrears.DOUBTFUL),
    (90, Arrears.SUBSTANDARD),
    (0, Arrears.SPECIAL_MENTION),
)


def arrears_of(days_past_due: int) -> Arrears:
    """The class at best of a loan whose oldest unpaid instalment is so many days late."""
    return next((found for days, found in _MORE_THAN if days_past_due > days), Arrears.NORMAL)
