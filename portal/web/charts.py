"""Charts as inline SVG, with attributes only: the pages' policy allows no inline style."""

from __future__ import annotations

from math import cos, pi, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.web.bands import Band, shipped_bands
from scoring.engine.model import HIGHEST, LOWEST

INK, SECOND_INK = "#14202b", "#4a5866"
RAISES, LOWERS = "#1f6f5c", "#b5532d"
_BAND_COLOURS = {
    "E": "#c9563f",
    "D": "#dd9a3c",
    "C": "#c9b53d",
    "B": "#5f9f74",
    "A": "#1f6f5c",
}
_CENTRE_X, _CENTRE_Y, _RADIUS = 150.0, 139.0, 112.0


def _on_arc(score: float, radius: float) -> tuple[float, float]:
    """The point of the half circle where a score lies: 300 at the left, 850 at the right."""
    angle = pi * (1 - (score - LOWEST) / (HIGHEST - LOWEST))
    return _CENTRE_X + radius * cos(angle), _CENTRE_Y - radius * sin(angle)


def _band_arc(band: Band, *, current: bool) -> SafeString:
    start_x, start_y = _on_arc(band.first + 1, _RADIUS)
    end_x, end_y = _on_arc(band.last if band.last == HIGHEST else band.last - 1, _RADIUS)
    text_x, text_y = _on_arc((band.first + band.last) / 2, _RADIUS - 28)
    return format_html(
        '<path d="M{} {}A{} {} 0 0 1 {} {}" fill="none" stroke="{}" stroke-width="{}" '
        'stroke-opacity="{}"/><text x="{}" y="{}" text-anchor="middle" font-size="12" '
        'font-weight="{}" fill="{}">{}</text>',
        *(f"{number:.1f}" for number in (start_x, start_y, _RADIUS, _RADIUS, end_x, end_y)),
        _BAND_COLOURS[band.name],
        24 if current else 14,
        "1" if current else "0.55",
        f"{text_x:.1f}",
        f"{text_y + 4:.1f}",
        700 if current else 500,
        INK if current else SECOND_INK,
        band.name,
    )


def gauge(score: int, band: str) -> SafeString:
    """Half a circle from 300 to 850; the score's band is thick and the needle says where in it."""
    arcs = format_html_join(
        "",
        "{}",
        ((_band_arc(each, current=each.name == band),) for each in shipped_bands()),
    )
    outer_x, outer_y = _on_arc(score, _RADIUS + 15)
    inner_x, inner_y = _on_arc(score, _RADIUS - 15)
    label = _("Score %(score)s on a scale from 300 to 850, band %(band)s") % {
        "score": score,
        "band": band,
    }
    return format_html(
        '<svg class="gauge" viewBox="0 0 300 164" role="img" aria-label="{}">{}'
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#14202b" stroke-width="4" '
        'stroke-linecap="round"/><text x="150" y="128" text-anchor="middle" font-size="52" '
        'font-weight="700" fill="#14202b">{}</text><text x="150" y="152" text-anchor="middle" '
        'font-size="13" fill="#4a5866">{}</text></svg>',
        label,
        arcs,
        *(f"{number:.1f}" for number in (outer_x, outer_y, inner_x, inner_y)),
        score,
        _("300 to 850"),
    )


def reason_bar(points: int, largest: int, direction: str) -> SafeString:
    """A bar from the middle: to the right when the reason raises the score, else to the left."""
    width = 74 * min(abs(points) / largest, 1) if largest else 0
    raises = direction == "raises"
    return format_html(
        '<svg viewBox="0 0 160 16" height="16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="{}" y="2" width="{}" height="12" fill="{}"/>'
        '<rect x="79.5" y="0" width="1" height="16" fill="#14202b"/></svg>',
        f"{80 if raises else 80 - width:.1f}",
        f"{width:.1f}",
        RAISES if raises else LOWERS,
    )
