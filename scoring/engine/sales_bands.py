"""Monthly sales as coarse ranges: what a page may draw without giving a figure away."""

from collections.abc import Iterator
from typing import NamedTuple

from scoring.engine.calendar import month_text
from scoring.engine.window import WINDOW_MONTHS, Window

FEN = 100
LOWEST_EDGE_FEN = 10_000 * FEN


class SalesBand(NamedTuple):
    """A month and the range its sales lie in, ``low_fen`` included; both 0 without sales."""

    month: str
    low_fen: int
    high_fen: int


def sales_bands(window: Window) -> tuple[SalesBand, ...]:
    """The months looked into, in order, net of red-letter invoices and without VAT."""
    first = window.as_of - WINDOW_MONTHS + 1
    sides = window.sides("sale")
    return tuple(
        SalesBand(month_text(first + place), *_band(side.net_fen))
        for place, side in enumerate(sides[window.lag :], start=window.lag)
    )


def _band(net_fen: int) -> tuple[int, int]:
    if net_fen <= 0:
        return 0, 0
    low = 0
    for edge in _edges():
        if net_fen < edge:
            return low, edge
        low = edge
    raise AssertionError("edges don't end")


def _edges() -> Iterator[int]:
    """10,000 yuan and on: 1, 2 and 5 times each power of ten."""
    size = LOWEST_EDGE_FEN
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10
