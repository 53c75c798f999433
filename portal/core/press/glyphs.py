"""Which characters a typeface can show, from the ``cmap`` table of its OpenType file."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

# OpenType 1.9, cmap: the full repertoire of Unicode under platform 3 (Windows), encoding 10.
_FULL_UNICODE = (3, 10)
_SEGMENTED_COVERAGE = 12


def characters_in(font: bytes) -> frozenset[int]:
    """Code points that the font has a shape for; ValueError without a table of them all."""
    start = _offset_of(font, b"cmap")
    (number,) = struct.unpack_from(">H", font, start + 2)
    for index in range(number):
        platform, encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * index)
        if (platform, encoding) == _FULL_UNICODE:
            return frozenset(_covered(font, start + offset))
    raise ValueError("the font does not say which characters it has")


def spelled(text: str, known: frozenset[int]) -> str:
    """The text with each character that has no shape written as ``〔U+20BB7〕``; line ends stay."""
    return "".join(_shown(character, known.__contains__) for character in text)


def _shown(character: str, is_known: Callable[[int], bool]) -> str:
    if character == "\n" or is_known(ord(character)):
        return character
    return f"〔U+{ord(character):04X}〕"


def _offset_of(font: bytes, wanted: bytes) -> int:
    (number,) = struct.unpack_from(">H", font, 4)
    for index in range(number):
        tag, _checksum, offset, _length = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if tag == wanted:
            return int(offset)
    raise ValueError(f"the font has no table {wanted!r}")


def _covered(font: bytes, start: int) -> Iterator[int]:
    kind, _reserved, _length, _language, groups = struct.unpack_from(">HHLLL", font, start)
    if kind != _SEGMENTED_COVERAGE:
        raise ValueError("the font's list of characters has an unknown form")
    for index in range(groups):
        first, last, _glyph = struct.unpack_from(">LLL", font, start + 16 + 12 * index)
        yield from range(first, last + 1)
