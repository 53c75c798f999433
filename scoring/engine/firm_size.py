"""The size of a firm by its sales of twelve months: a class of four, and no figure.

The limits are those of the standard for the size of enterprises (MIIT document 2011 No. 300) for
industry, by revenue: 3, 20 and 400 million yuan. The standard has others for other trades and
counts people too, which tax data don't say: this is a class for statistics, not the legal one.
"""

from enum import StrEnum
from typing import Final

from scoring.engine.window import HALF, Window

YUAN: Final = 100
LIMITS_FEN: Final = (3_000_000 * YUAN, 20_000_000 * YUAN, 400_000_000 * YUAN)


class FirmSize(StrEnum):
    """By rising sales; a limit belongs to the class above it."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


def size_of(window: Window) -> FirmSize:
    """The class of the window's last twelve months, net of red-letter invoices, without VAT."""
    sold = sum(side.net_fen for side in window.sides("sale")[HALF:])
    return list(FirmSize)[sum(sold >= limit for limit in LIMITS_FEN)]
