"""The few icons of the pages, drawn here; each stands beside a word, so all are decoration."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_STROKE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
_SHAPES = {
    "tick": f'<path d="M2 7.5l3.2 3L12 3.5" {_STROKE} stroke-width="2.2"/>',
    "cross": f'<path d="M3 3l8 8M11 3l-8 8" {_STROKE} stroke-width="2"/>',
    "clock": (
        f'<circle cx="7" cy="7" r="5.5" {_STROKE} stroke-width="1.8"/>'
        f'<path d="M7 4v3.2l2 1.3" {_STROKE} stroke-width="1.8"/>'
    ),
    "stop": (
        f'<circle cx="7" cy="7" r="5.6" {_STROKE} stroke-width="1.8"/>'
        f'<path d="M4.8 4.8l4.4 4.4M9.2 4.8L4.8 9.2" {_STROKE} stroke-width="1.7"/>'
    ),
    "info": (
        f'<circle cx="7" cy="7" r="5.6" {_STROKE} stroke-width="1.6"/>'
        f'<path d="M7 6.4v3.4M7 4.1v.2" {_STROKE} stroke-width="1.7"/>'
    ),
    "mail": (
        f'<rect x="1.2" y="2.8" width="11.6" height="8.6" rx="1" {_STROKE} stroke-width="1.6"/>'
        f'<path d="M1.8 3.8L7 7.8l5.2-4" {_STROKE} stroke-width="1.6"/>'
    ),
    "dash": f'<path d="M3 7h8" {_STROKE} stroke-width="2.2"/>',
    "next": f'<path d="M5 2.5L9.5 7 5 11.5" {_STROKE} stroke-width="2"/>',
    "back": f'<path d="M9 2.5L4.5 7 9 11.5" {_STROKE} stroke-width="2"/>',
}
OF_GROUP = {
    "done": "tick",
    "waiting": "clock",
    "refused": "stop",
    "info": "info",
    "neutral": "dash",
}


def icon(name: str) -> SafeString:
    """One icon as inline SVG, 14 units square; an unknown name raises KeyError."""
    return format_html(
        '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">{}</svg>',
        mark_safe(_SHAPES[name]),  # noqa: S308 -- constants above
    )
