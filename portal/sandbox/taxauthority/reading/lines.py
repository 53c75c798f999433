"""Lines of a text file in UTF-8 (with or without byte order mark) or GB18030, even mixed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from portal.sandbox.taxauthority.reading.refusals import FileRefused

UNREADABLE = "\x1a"  # stands for bytes in neither encoding; never printable, so never accepted
_BLOCK = 1 << 20
_MARK = 3


class Lines:
    """Iterates decoded lines; ``gb18030`` counts those that were not UTF-8."""

    def __init__(self, file: str, stream: BinaryIO) -> None:
        self.file = file
        self.gb18030 = 0
        self._stream = stream

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks():
            try:
                yield from io.StringIO(block.decode(), newline="")
            except UnicodeDecodeError:
                yield from map(self._decode, block.splitlines(keepends=True))

    def _blocks(self) -> Iterator[bytes]:
        rest = self._without_mark(self._stream.read(_MARK))
        while block := self._stream.read(_BLOCK):
            block = rest + block
            cut = block.rfind(b"\n") + 1
            rest = block[cut:]
            if cut:
                yield block[:cut]
        if rest:
            yield rest

    def _without_mark(self, start: bytes) -> bytes:
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise FileRefused(
                self.file,
                "UTF-16 is not read; save the file as UTF-8 or GB18030",
                row=1,
            )
        return start.removeprefix(b"\xef\xbb\xbf")

    def _decode(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.gb18030 += 1
        return line.decode("gb18030", errors="replace").replace("\ufffd", UNREADABLE)
