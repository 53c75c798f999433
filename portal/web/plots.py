"""Bars by month as inline SVG, with attributes only: the pages' policy allows no inline style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class PlotPoint:
    """One month of a band plot: all that is shown is that the value lies from low to high."""

    label: str
    low: float
    high: float


@dataclass(frozen=True)
class _Frame:
    """Where a plot's values and points fall on its canvas."""

    width: float
    height: float
    top: float
    left: float
    points: int

    def x(self, place: int) -> float:
        return self.left + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        return 12 + (self.height - 40) * (1 - value / self.top)

    @property
    def step(self) -> float:
        return (self.width - self.left - 8) / max(self.points, 1)


def _round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten: where the axis ends."""
    size = 10.0 ** floor(log10(value))
    return next(size * step for step in (1, 2, 5, 10) if size * step >= value)


def _axis(frame: _Frame) -> SafeString:
    return format_html_join(
        "",
        '<line x1="{0}" x2="{1}" y1="{2}" y2="{2}" stroke="#d5dce3"/>'
        '<text x="{3}" y="{4}" text-anchor="end" font-size="12" fill="#4a5866">{5}</text>',
        (
            (
                frame.left,
                frame.width - 8,
                f"{frame.y(value):.1f}",
                frame.left - 8,
                f"{frame.y(value) + 4:.1f}",
                f"{value:,g}",
            )
            for value in (0, frame.top / 2, frame.top)
        ),
    )


def _bars(frame: _Frame, points: Iterable[PlotPoint], *, every: int) -> SafeString:
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="#0b4f5c"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="12" fill="#4a5866">{}</text>',
        (
            (
                f"{frame.x(place) - frame.step * 0.32:.1f}",
                f"{frame.y(point.high):.1f}",
                f"{frame.step * 0.64:.1f}",
                f"{max(frame.y(point.low) - frame.y(point.high), 2):.1f}",
                f"{frame.x(place):.1f}",
                f"{frame.height - 6:.1f}",
                point.label if place % every == 0 else "",
            )
            for place, point in enumerate(points)
        ),
    )


def band_plot(points: Sequence[PlotPoint], label: str, *, wide: bool) -> SafeString:
    """Low-to-high bars, one a month; ``wide`` for desks, else drawn for a phone."""
    return _plot(points, label, limits=(), wide=wide)


def limit_plot(
    points: Sequence[PlotPoint], label: str, *, limits: Sequence[float], wide: bool
) -> SafeString:
    """The same with a dashed line at each value that the bars should stay under."""
    return _plot(points, label, limits=limits, wide=wide)


def _plot(
    points: Sequence[PlotPoint], label: str, *, limits: Sequence[float], wide: bool
) -> SafeString:
    width, height = (1040, 230) if wide else (340, 200)
    top = _round_up(max((*(point.high for point in points), *limits), default=1) or 1)
    frame = _Frame(width=width, height=height, top=top, left=56, points=len(points))
    every = max(1, -(-len(points) // (6 if wide else 3)))  # "September 2026" has to fit
    return format_html(
        '<svg class="plot {}" viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}">'
        "{}{}{}</svg>",
        "wide-screen" if wide else "small-screen",
        width,
        height,
        label,
        _axis(frame),
        _bars(frame, points, every=every),
        _limits(frame, limits),
    )


def _limits(frame: _Frame, limits: Sequence[float]) -> SafeString:
    return format_html_join(
        "",
        '<line x1="{0}" x2="{1}" y1="{2}" y2="{2}" stroke="#b5532d" stroke-dasharray="6 4"/>',
        ((frame.left, frame.width - 8, f"{frame.y(limit):.1f}") for limit in limits),
    )
