"""Putting what training gave in its place, and never over a model that scores were made with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FOR_GOOD = ("scorecard-", "challengers-")


class WouldReplace(Exception):
    """A model file of that version is there with other bytes."""


def differing(files: Mapping[Path, bytes]) -> list[Path]:
    """Those that aren't there byte for byte."""
    return [
        path for path, content in files.items() if not path.exists() or path.read_bytes() != content
    ]


def put(files: Mapping[Path, bytes]) -> list[Path]:
    """Write what differs, and return it.

    Refuses (WouldReplace), and then writes nothing, when a model or its challengers would be
    replaced: a score made with them is replayed with them. Card and pictures go with the newest.
    """
    wanted = differing(files)
    kept = [path.name for path in wanted if path.name.startswith(FOR_GOOD) and path.exists()]
    if kept:
        raise WouldReplace(", ".join(kept))
    for path in wanted:
        path.write_bytes(files[path])
    return wanted
