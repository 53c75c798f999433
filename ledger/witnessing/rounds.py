"""Which checkpoint is being cosigned: all witnesses get the same one.

Signatures make a quorum only under one size. Were each witness given the newest checkpoint of its
own moment, three of them could sign forever without two agreeing on a size.
"""

from __future__ import annotations

from threading import Condition
from time import monotonic

from ledger.witnessing.book import Head

# How long a round waits for a quorum before the next checkpoint takes its place.
LONGEST = 1.0


class Rounds:
    """One round at a time; the threads of the witnesses wait here for the next."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._head: Head | None = None
        self._began = 0.0
        self._is_over = True

    def offer(self, head: Head | None) -> None:
        """Begin a round with the newest checkpoint, unless one goes on or had it already.

        None, or a smaller one: what the round had is no longer there, and the round is over.
        """
        with self._changed:
            is_gone = self._head is not None and (head is None or head.size < self._head.size)
            is_over = self._is_over or is_gone or monotonic() - self._began > LONGEST
            if is_over and head != self._head:
                self._head, self._began, self._is_over = head, monotonic(), False
                self._changed.notify_all()

    def end(self, witnessed: int) -> None:
        """A quorum has cosigned the checkpoint of size ``witnessed``: the round's, or another."""
        with self._changed:
            if self._head is not None and witnessed >= self._head.size:
                self._is_over = True

    def next(self, done: Head | None, *, seconds: float) -> Head | None:
        """The round's head, as soon as it is not ``done``, or after ``seconds`` whatever it is."""
        with self._changed:
            self._changed.wait_for(lambda: self._head not in {None, done}, seconds)
            return self._head
