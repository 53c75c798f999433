"""An export as one stream, for a page that offers it as a download."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 16


def tar_of(folder: Path, *, name: str) -> Iterator[bytes]:
    """The folder as an uncompressed tar below ``name``, a file at a time: little memory."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    sink = BytesIO()
    with tarfile.open(fileobj=sink, mode="w|", bufsize=_CHUNK) as archive:
        for path in paths:
            archive.add(path, f"{name}/{path.relative_to(folder)}", filter=_anonymous)
            yield _taken(sink)
    yield _taken(sink)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the user and group of this machine."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _taken(sink: BytesIO) -> bytes:
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content
