"""Files of documents: each under a random name in a folder that no server serves."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal.core.errors import NotFound

ORPHANED_AFTER = 3600.0  # seconds; a transaction that writes a row takes less


def keep_file(data: bytes) -> str:
    """Write the file whole, on disk before this returns, and return its name."""
    name = secrets.token_hex(24)
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def file_named(name: str) -> bytes:
    """The file's bytes; NotFound when it is gone."""
    try:
        return path_of(name).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(code="document_gone") from error


def old_files() -> Iterator[Path]:
    """Files that no transaction can be about to name any more."""
    before = time.time() - ORPHANED_AFTER
    for path in _folder().glob("??/*"):
        if path.stat().st_mtime < before:
            yield path


def path_of(name: str) -> Path:
    """Where a file lies."""
    return _folder() / name[:2] / name


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "documents"
