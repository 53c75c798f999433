"""The ledger as files that anybody can check: C2SP tlog-tiles, and the verifier beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connections

from ledger import keys
from ledger.export.accompanying import write_accompanying
from ledger.export.tile_writer import TileWriter, replace_file
from ledger.format.note_keys import NoteRefused
from ledger.format.policy import Opened, Policy
from ledger.format.subtrees import WIDTH
from ledger.format.tiles import bundle_path, level_tiles, tiles_of
from ledger.proofs import note_at

HISTORY: Final = 1000
_HASH: Final = 32
_HEADS: Final = """
SELECT (SELECT max(size) FROM ledger.witnessed), (SELECT max(size) FROM ledger.checkpoint)
"""
# Spread evenly over all that witnesses have seen.
_OLDER: Final = """
SELECT max(size) FROM (
  SELECT size, ntile(%s) OVER (ORDER BY size) AS part FROM ledger.witnessed WHERE size < %s
) AS seen GROUP BY part ORDER BY 1
"""
_BODIES: Final = """
COPY (SELECT seq, body FROM ledger.entry WHERE seq >= %s AND seq < %s ORDER BY seq)
TO STDOUT (FORMAT binary)
"""


class ExportRefused(Exception):
    """What is stored is not what was signed, or the folder holds something else."""


@dataclass(frozen=True)
class Exported:
    """What the folder holds now, and how many entries had to be read for it."""

    size: int
    read: int
    is_witnessed: bool


@dataclass(frozen=True)
class _Head:
    note: str
    opened: Opened

    @property
    def size(self) -> int:
        return self.opened.checkpoint.size

    @property
    def root(self) -> bytes:
        return self.opened.checkpoint.root


def export_to(folder: Path, *, using: str = "default", history: int = HISTORY) -> Exported:
    """Write the ledger up to its newest witnessed checkpoint, or bring an earlier export up to it.

    The checkpoint is written last, in one step: a run that is killed leaves the earlier export,
    or none that could be verified, and the next run goes on. Reads only entries that aren't there
    in full bundles, in little memory. Before there are witnesses, the newest signed checkpoint.
    Refuses (ExportRefused) when nothing is signed, the entries don't give the signed root, or the
    folder holds another log or a longer one.
    """
    policy = keys.policy()
    head, before = _newest(policy, using), _present(folder, policy)
    _require_growth(before, head)
    writer = _resumed(folder, before.size if before else 0)
    start = writer.size
    for bodies in _bundles(start, head.size, using):
        writer.add(bodies)
    if writer.size != head.size or writer.finish() != head.root:
        raise ExportRefused("The entries don't give the root that was signed: history has changed.")
    older = _older(policy, head.size, history, using)
    write_accompanying(folder, policy, older, settings.RECEIPTS_PUBLIC_KEYS)
    replace_file(folder / "checkpoint", head.note.encode())
    _remove_outgrown(folder, head.size)
    return Exported(head.size, head.size - start, head.opened.is_witnessed)


def _newest(policy: Policy, using: str) -> _Head:
    """The newest checkpoint with a quorum; before there is one, the newest that is signed."""
    with connections[using].cursor() as cursor:
        cursor.execute(_HEADS)
        ((witnessed, signed),) = cursor.fetchall()
    for size in (witnessed, signed):
        note = note_at(size, using=using) if size else None
        if note is not None:
            head = _Head(note, _opened(policy, note))
            if head.opened.is_witnessed or size == signed:
                return head
    raise ExportRefused("Nothing has been signed yet.")


def _opened(policy: Policy, note: str) -> Opened:
    try:
        return policy.opened(note)
    except NoteRefused as error:
        raise ExportRefused(f"A checkpoint is not the log's: {error}") from error


def _present(folder: Path, policy: Policy) -> _Head | None:
    """The checkpoint of an earlier export in the folder."""
    path = folder / "checkpoint"
    if not path.exists():
        return None
    note = path.read_text(encoding="utf-8")
    return _Head(note, _opened(policy, note))


def _require_growth(before: _Head | None, head: _Head) -> None:
    if before is None:
        return
    same_size = before.size == head.size
    if before.size > head.size or (same_size and before.root != head.root):
        raise ExportRefused(
            f"The folder holds {before.size} entries that this log has signed; the ledger now has"
            f" {head.size} with another root. Keep the folder: it shows what was there."
        )


def _resumed(folder: Path, size: int) -> TileWriter:
    """A writer that has all full bundles of an export of ``size`` behind it.

    Their roots are the nodes of level 1. If those files were changed, the root will be another.
    """
    writer = TileWriter(folder)
    for tile in level_tiles(1, 0, size // WIDTH):
        data = (folder / tile.path).read_bytes()
        for start in range(0, len(data), _HASH):
            writer.add_full(data[start : start + _HASH])
    return writer


def _bundles(start: int, size: int, using: str) -> Iterator[list[bytes]]:
    bodies = _bodies(start, size, using)
    while bundle := list(islice(bodies, WIDTH)):
        yield bundle


def _bodies(start: int, size: int, using: str) -> Iterator[bytes]:
    """The bodies in order, from one snapshot."""
    with connections[using].cursor() as cursor, cursor.copy(_BODIES, [start, size]) as copy:
        copy.set_types(["int8", "bytea"])
        for expected, (seq, body) in enumerate(copy.rows(), start):
            if seq != expected:
                raise ExportRefused(f"Entry {expected} is missing: history has changed.")
            yield body


def _older(policy: Policy, size: int, most: int, using: str) -> Iterator[tuple[int, str]]:
    """Older witnessed checkpoints, as many as asked for, spread evenly.

    Without those of keys that the policy no longer names: nobody could check them.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_OLDER, [most, size])
        sizes = [row[0] for row in cursor.fetchall()]
    for older in sizes:
        note = note_at(older, using=using)
        with suppress(NoteRefused):
            if note is not None:
                policy.opened(note)
                yield older, note


def _remove_outgrown(folder: Path, size: int) -> None:
    """Delete partial tiles and bundles that fuller ones have replaced."""
    index, rest = divmod(size, WIDTH)
    needed = {folder / tile.path for tile in tiles_of(size)} | {folder / bundle_path(index, rest)}
    for partial in (folder / "tile").rglob("*.p/*"):
        if partial not in needed:
            partial.unlink()
    for emptied in (folder / "tile").rglob("*.p"):
        if not any(emptied.iterdir()):
            emptied.rmdir()
