"""The way from an entry to the signed root as a small tree: inline SVG with attributes only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ledger.format.merkle import leaf_hash, node_hash
from ledger.format.receipt import Receipt

INK, SECOND_INK, LINE, CARD = "#14202b", "#4a5866", "#6b7885", "#ffffff"
OWN, OTHER = "#0b4f5c", "#e9edf1"
_ROW = 46
_BOX = 30
# A tree of a thousand million entries has thirty levels: the middle ones are left out.
_LOWEST, _HIGHEST = 4, 2


@dataclass(frozen=True, slots=True)
class Level:
    """One step up: the sibling beside our hash, on which side, and the hash above both."""

    sibling: bytes
    is_left: bool
    parent: bytes


@dataclass(frozen=True, slots=True)
class _Canvas:
    width: int
    box: int
    signs: int

    @property
    def middle(self) -> float:
        return self.width / 2

    def beside(self, *, is_left: bool) -> float:
        """The middle of a sibling's box."""
        shift = self.width / 2 - self.box / 2 - 1
        return self.middle - shift if is_left else self.middle + shift


WIDE, NARROW = _Canvas(520, 150, 12), _Canvas(300, 96, 8)


def levels_of(receipt: Receipt, size: int) -> Iterator[Level]:
    """The steps from the entry's hash to the root, as RFC 9162, 2.1.3.2, goes them."""
    node, last, own = receipt.seq, size - 1, leaf_hash(receipt.body)
    for sibling in receipt.proof:
        is_left = bool(node & 1) or node == last
        own = node_hash(sibling, own) if is_left else node_hash(own, sibling)
        while is_left and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
        yield Level(sibling, is_left, own)


def proof_tree(receipt: Receipt, size: int) -> list[SafeString]:
    """The tree drawn wide and narrow; the stylesheet shows the one that fits."""
    levels = list(levels_of(receipt, size))
    return [
        _drawn(receipt, levels, canvas, name)
        for canvas, name in ((WIDE, "wide-screen"), (NARROW, "small-screen"))
    ]


def _drawn(receipt: Receipt, levels: Sequence[Level], canvas: _Canvas, name: str) -> SafeString:
    shown = _shown(levels)
    height = _ROW * (len(shown) + 1) + _BOX
    rows = [_row(canvas, height, place, level) for place, level in enumerate(shown)]
    own = leaf_hash(receipt.body)
    leaf = _box(canvas, canvas.middle, height - _BOX - 1, own, is_own=True)
    label = _("From entry %(seq)s through %(levels)s other hashes to the signed root") % {
        "seq": receipt.seq,
        "levels": len(levels),
    }
    return format_html(
        '<svg class="plot {}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}">{}{}</svg>',
        name,
        canvas.width,
        height,
        canvas.width,
        height,
        label,
        format_html_join("", "{}", ((row,) for row in rows)),
        leaf,
    )


def _shown(levels: Sequence[Level]) -> list[Level | int]:
    """All levels, or the lowest and highest with the number of those between."""
    left_out = len(levels) - _LOWEST - _HIGHEST
    if left_out < 2:
        return list(levels)
    return [*levels[:_LOWEST], left_out, *levels[-_HIGHEST:]]


def _row(canvas: _Canvas, height: int, place: int, level: Level | int) -> SafeString:
    """One step up: lines to the parent, the sibling beside, the parent above."""
    bottom = height - _BOX - 1 - _ROW * place
    top = bottom - _ROW
    if isinstance(level, int):
        text = _("%(levels)s more levels") % {"levels": level}
        return format_html(
            '{}<text x="{}" y="{}" text-anchor="middle" font-size="13" fill="{}">{}</text>',
            _line(canvas.middle, bottom, canvas.middle, bottom - 6),
            canvas.middle,
            top + _BOX / 2 + 5,
            SECOND_INK,
            text,
        )
    side = canvas.beside(is_left=level.is_left)
    return format_html(
        "{}{}{}{}",
        _line(canvas.middle, bottom, canvas.middle, top + _BOX),
        _line(side, bottom, canvas.middle, top + _BOX),
        _box(canvas, side, bottom, level.sibling, is_own=False),
        _box(canvas, canvas.middle, top, level.parent, is_own=True),
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>',
        *(f"{number:.1f}" for number in (x1, y1, x2, y2)),
        LINE,
    )


def _box(canvas: _Canvas, x: float, y: float, digest: bytes, *, is_own: bool) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="{}" stroke="{}"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13" font-family="monospace" '
        'fill="{}">{}…</text>',
        f"{x - canvas.box / 2:.1f}",
        f"{y:.1f}",
        canvas.box,
        _BOX,
        OWN if is_own else OTHER,
        OWN if is_own else LINE,
        f"{x:.1f}",
        f"{y + _BOX / 2 + 5:.1f}",
        CARD if is_own else INK,
        digest.hex()[: canvas.signs],
    )
