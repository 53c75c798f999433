"""What was signed last, in a file: a memory that putting the database back doesn't put back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.format.note_keys import NoteRefused
from ledger.format.notes import Checkpoint
from ledger.keys import PRIVATE_KEY
from portal.config import env

MEMORY = "TAXBRIDGE_LEDGER_MEMORY"


class SignedOtherwise(Exception):
    """A size that was signed before, with another root, or one below it."""


@dataclass(frozen=True)
class SigningMemory:
    """The newest checkpoint that this machine signed: its text, in one file.

    Leader and standby of one machine share it; only the leader writes.
    """

    path: Path

    def last(self, origin: str) -> Checkpoint | None:
        """The newest signed tree of this log; None before the first.

        Refuses (`NoteRefused`) a file that was damaged: nothing may be signed then.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise NoteRefused(f"{self.path.name} is no text.") from error
        checkpoint = Checkpoint.parse(text)
        if checkpoint.origin != origin:
            raise NoteRefused(f"{self.path.name} is about another log.")
        return checkpoint

    def remember(self, checkpoint: Checkpoint) -> None:
        """Keep ``checkpoint`` so that no crash forgets it; to be done before its note leaves.

        Refuses (`SignedOtherwise`) to go back, and another root for the size it has.
        """
        with self._alone():
            last = self.last(checkpoint.origin)
            if last == checkpoint:
                return
            if last is not None and last.size >= checkpoint.size:
                raise SignedOtherwise
            self._write(checkpoint.text())

    def _write(self, text: str) -> None:
        """All or nothing, on disk when it returns."""
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def memory_of_process() -> SigningMemory | None:
    """The file that this process is told of, or else ``signed`` beside its signing key."""
    key = env.text(PRIVATE_KEY, "")
    if not key:
        return None
    return SigningMemory(env.path(MEMORY, Path(key).with_name("signed")))
