"""Ends of a sequencer's connection, in the middle of what it was doing."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from ledger.format.merkle import Frontier
from ledger.format.notes import Checkpoint
from ledger.restore_safety import RestoreSafety


def kill_connection(cursor: CursorWrapper, **_options: object) -> None:
    """The server ends the connection that asks."""
    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


class DyingSafety(RestoreSafety):
    """Its process ends between the file and the commit of the checkpoint."""

    _cursor: CursorWrapper | None = None

    def is_satisfied(self, cursor: CursorWrapper, tree: Frontier) -> bool:
        self._cursor = cursor
        return super().is_satisfied(cursor, tree)

    def remember(self, checkpoint: Checkpoint) -> None:
        super().remember(checkpoint)
        if self._cursor is not None:
            kill_connection(self._cursor)
