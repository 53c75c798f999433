"""Ranges of an invoice's amount, tax included: all that a bank learns of it."""

from __future__ import annotations

from typing import Final

_YUAN: Final = 100
BANDS: Final = (
    ("under_10k", 10_000 * _YUAN),
    ("from_10k", 50_000 * _YUAN),
    ("from_50k", 200_000 * _YUAN),
    ("from_200k", 1_000_000 * _YUAN),
)
HIGHEST: Final = "from_1m"


def band_of(amount_fen: int) -> str:
    """The range's code; each begins where the one before it ends."""
    return next((code for code, end in BANDS if amount_fen < end), HIGHEST)
