"""What a file is, by its bytes alone, and whether it is nothing else besides. Pure.

Three types are taken: PDF, PNG and JPEG. Each is read from its first byte to its last, so that
nothing hides before, behind or between: a file that is two things at once is neither.
"""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_PDF: Final = re.compile(rb"%PDF-[12]\.[0-9][\r\n]")
_PDF_END: Final = re.compile(rb"%%EOF[\x00\t\n\f\r ]*\Z")
_MARKUP: Final = re.compile(rb"<(!doctype|html|script|svg|\?xml|\?php)", re.IGNORECASE)
_SNIFFED: Final = 4096  # more than a browser looks at when it guesses a type
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_REACH: Final = 65_557  # a ZIP's directory ends at most so far from the end of the file
_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|AA|OpenAction|SubmitForm|ImportData|"
    rb"GoToE|GoToR|Movie|Sound|Rendition)(?![A-Za-z0-9])"
)
_ENCRYPTED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MOST_INFLATED: Final = 64 * 1024 * 1024
_BARE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN_MARKER, _END_MARKER = 0xDA, 0xD9


class FileType(StrEnum):
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


class UnwantedFile(ValueError):
    """Why a file is not taken; ``code`` is one of a closed list."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def type_of(data: bytes) -> FileType:
    """The file's type; UnwantedFile for any other, for a damaged one and for one with a guest.

    Codes: ``unknown_type``, ``is_markup``, ``is_damaged``, ``has_more_behind``, ``is_archive``,
    ``has_script``, ``is_encrypted``, ``is_too_deep``.
    """
    if _MARKUP.search(data[:_SNIFFED]) and not _PDF.match(data):
        raise UnwantedFile("is_markup")
    if _ZIP_END in data[-_ZIP_REACH:]:
        raise UnwantedFile("is_archive")
    if _PDF.match(data):
        _check_pdf(data)
        return FileType.PDF
    if data.startswith(_PNG):
        _check_png(data)
        return FileType.PNG
    if data.startswith(_JPEG):
        _check_jpeg(data)
        return FileType.JPEG
    raise UnwantedFile("unknown_type")


def _check_pdf(data: bytes) -> None:
    if not _PDF_END.search(data[-1024:]):
        raise UnwantedFile("has_more_behind" if b"%%EOF" in data else "is_damaged")
    outside = _STREAM.sub(b"", data)
    if _MARKUP.search(outside):
        raise UnwantedFile("is_markup")
    if _ENCRYPTED.search(_plain(outside)):
        raise UnwantedFile("is_encrypted")
    if _ACTIVE.search(_plain(outside)):
        raise UnwantedFile("has_script")
    _check_streams(data)


def _check_streams(data: bytes) -> None:
    """Objects may lie compressed in streams: those are looked into, up to a limit in all."""
    left = _MOST_INFLATED
    for found in _STREAM.finditer(data):
        content = _inflated(found.group(1), left)
        left -= len(content)
        if left <= 0:
            raise UnwantedFile("is_too_deep")
        if _ACTIVE.search(_plain(content)):
            raise UnwantedFile("has_script")


def _inflated(stream: bytes, most: int) -> bytes:
    """What a compressed stream holds, up to ``most`` bytes; nothing of any other."""
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return b""


def _plain(text: bytes) -> bytes:
    """Names without their escapes: ``/J#61vaScript`` is ``/JavaScript``."""
    return _HEX.sub(lambda found: bytes([int(found.group(1), 16)]), text)


def _check_png(data: bytes) -> None:
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 4 : at + 8 + length]
        sum_at = at + 8 + length
        at = sum_at + 4
        is_first = sum_at == len(_PNG) + 8 + length
        if at > len(data) or (is_first and kind != b"IHDR"):
            raise UnwantedFile("is_damaged")
        if zlib.crc32(body) != int.from_bytes(data[sum_at:at], "big"):
            raise UnwantedFile("is_damaged")
    if at != len(data):
        raise UnwantedFile("has_more_behind")


def _check_jpeg(data: bytes) -> None:
    at = 2
    while True:
        marker = _marker_at(data, at)
        at += 2
        if marker == _END_MARKER:
            break
        if marker not in _BARE_MARKERS:
            length = int.from_bytes(data[at : at + 2], "big")
            if length < 2:
                raise UnwantedFile("is_damaged")
            at += length
        if marker == _SCAN_MARKER:
            at = _after_scan(data, at)
    if at != len(data):
        raise UnwantedFile("has_more_behind")


def _marker_at(data: bytes, at: int) -> int:
    if data[at : at + 1] != b"\xff" or at + 1 >= len(data):
        raise UnwantedFile("is_damaged")
    return data[at + 1]


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker stands behind the compressed picture."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise UnwantedFile("is_damaged")
        if data[at + 1] != 0 and data[at + 1] not in _BARE_MARKERS:
            return at
        at += 2
