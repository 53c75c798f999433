"""Signing the tree of the committed entries.

Entries and checkpoint are two transactions. So every root that was ever signed follows from
entries that were committed before, and after a crash the same size gives the same root again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger.format.merkle import Frontier, leaf_hashes
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, sign_note
from ledger.halts import HaltReason, SigningHalted, record_halt
from ledger.leadership import Leadership

log = logging.getLogger(__name__)

CATCH_UP = 10_000

# The keys that sign, given what the ledger says of them.
Keyring = Callable[[CursorWrapper], tuple[Signer, ...]]


class Safety(Protocol):
    """What is asked before the first checkpoint of a lead, and told before each."""

    def begin(self) -> None:
        """A new lead: nothing has been answered yet."""

    def is_satisfied(self, cursor: CursorWrapper, tree: Frontier) -> bool:
        """Whether ``tree`` may be signed; False: not yet. Refuses (`SigningHalted`) for good."""

    def remember(self, checkpoint: Checkpoint) -> None:
        """Keep what is about to be signed. Refuses (`SigningHalted`)."""


class Checkpoints:
    """The tree, and the checkpoints over it.

    ``_tree`` stands at the newest checkpoint that this process signed or checked against the
    stored bodies, ``_ahead`` at the newest entry. A process that has seen a checkpoint remembers
    it as long as it lives: a database put back to before is noticed. When numbers are given a
    second time, ``_before`` is what it remembers, and all stored bodies are hashed again up to it.
    """

    def __init__(self, keyring: Keyring, *, using: str, safety: Safety | None = None) -> None:
        self._keyring = keyring
        self._using = using
        self._safety = safety
        self._tree = Frontier()
        self._ahead = Frontier()
        self._before: tuple[int, bytes] | None = None
        self._is_checked = self._is_due = self._is_halted = self._is_behind = False

    @property
    def is_behind(self) -> bool:
        """Whether signing waits until this process has hashed what was signed before it led."""
        return self._is_behind

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing left to sign, or nothing may be signed any more."""
        return not self._is_due

    @property
    def is_halted(self) -> bool:
        """Whether this lead has stopped signing."""
        return self._is_halted

    def begin(self) -> None:
        """A new lead: what is stored is compared again before anything is signed."""
        self._ahead = self._tree.copy()
        self._is_checked, self._is_due, self._is_halted = False, True, False
        if self._safety is not None:
            self._safety.begin()

    def grow(self, first: int, leaves: list[bytes]) -> None:
        """Take in a committed batch whose first number is ``first``."""
        if self._ahead.size == first:
            self._ahead.extend(leaves)
        elif self._ahead.size > first:
            self._doubt()
        self._is_due = not self._is_halted

    def _doubt(self) -> None:
        """Entries went away under this process: nothing that it hashed says what is stored now."""
        if self._before is None and self._tree.size:
            self._before = self._tree.size, self._tree.root()
        self._tree, self._ahead, self._is_checked = Frontier(), Frontier(), False

    def follow(self) -> bool:
        """Go some way towards the newest checkpoint; True when there, or when it can't be reached.

        A standby does so all the time, and can then sign at once when it takes over; one that leads
        before it is there gives numbers meanwhile.
        """
        with connections[self._using].cursor() as cursor:
            signed = _newest(cursor)
            before = self._tree.size
            if signed is None or signed[0] <= before or self._is_contradicted():
                return True
            goal = signed[0] if self._before is None else min(self._before[0], signed[0])
            _extend(cursor, self._tree, min(goal, before + CATCH_UP))
        if self._before == (self._tree.size, self._tree.root()):
            self._before = None
        return self._tree.size in {before, signed[0]} or self._is_contradicted()

    def _is_contradicted(self) -> bool:
        """Whether the stored bodies gave another root than the one remembered."""
        return self._before is not None and self._tree.size >= self._before[0]

    def sign(self, leadership: Leadership) -> None:
        """Sign the head if it isn't signed; after a contradiction, nothing more in this lead.

        Refuses (`Fenced`) when another leads.
        """
        self._is_behind = self._is_due and not self._is_checked and not self.follow()
        if self._is_behind or not self._is_due:
            return
        with transaction.atomic(self._using), connections[self._using].cursor() as cursor:
            leadership.require(cursor)
            try:
                tree = self._sign_head(cursor)
            except SigningHalted as halted:
                self._halt(cursor, halted)
                return
        # Only after the commit: what is rolled back was not signed.
        if tree is not None:
            self._tree, self._is_due = tree, False

    def _sign_head(self, cursor: CursorWrapper) -> Frontier | None:
        """The tree that is signed now; None while it may not be signed yet."""
        signed_size = self._check_history(cursor)
        cursor.execute("SELECT coalesce(max(seq) + 1, 0) FROM ledger.entry")
        (size,) = cursor.fetchone()
        _extend(cursor, self._ahead, size)
        if self._ahead.size != size:
            raise SigningHalted(HaltReason.HISTORY_CHANGED, size=size)
        if self._safety is not None and not self._safety.is_satisfied(cursor, self._ahead):
            return None
        if size > signed_size:
            self._store(cursor)
        return self._ahead.copy()

    def _check_history(self, cursor: CursorWrapper) -> int:
        """The newest signed size. Refuses (`SigningHalted`) unless the bodies give its root."""
        signed = _newest(cursor)
        known = max(self._tree.size, self._before[0] if self._before else 0)
        if self._is_checked or (signed is None and known == 0):
            return signed[0] if signed else 0
        size, root = signed or (0, b"")
        _extend(cursor, self._tree, size)
        if self._before is not None or self._tree.size != size or self._tree.root() != root:
            raise SigningHalted(HaltReason.HISTORY_CHANGED, size=max(size, known))
        self._ahead, self._is_checked = self._tree.copy(), True
        return size

    def _store(self, cursor: CursorWrapper) -> None:
        signers = self._keyring(cursor)
        checkpoint = Checkpoint(signers[0].name, self._ahead.size, self._ahead.root())
        if self._safety is not None:
            self._safety.remember(checkpoint)
        cursor.execute(
            "INSERT INTO ledger.checkpoint (size, root, note) VALUES (%s, %s, %s)",
            [checkpoint.size, checkpoint.root, sign_note(checkpoint.text(), *signers)],
        )

    def _halt(self, cursor: CursorWrapper, halted: SigningHalted) -> None:
        log.critical("History has changed, no more checkpoints are signed: %s", halted)
        record_halt(cursor, halted)
        self._is_due, self._is_halted = False, True


def _newest(cursor: CursorWrapper) -> tuple[int, bytes] | None:
    """Size and root of the newest checkpoint."""
    cursor.execute("SELECT size, root FROM ledger.checkpoint ORDER BY size DESC LIMIT 1")
    row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else None


def _extend(cursor: CursorWrapper, tree: Frontier, size: int) -> None:
    """Bring ``tree`` to ``size`` from the stored bodies; it stays shorter where they end."""
    while tree.size < size:
        cursor.execute(
            "SELECT body FROM ledger.entry WHERE seq >= %s AND seq < %s ORDER BY seq",
            [tree.size, min(size, tree.size + CATCH_UP)],
        )
        bodies = cursor.fetchall()
        if not bodies:
            return
        tree.extend(leaf_hashes(bytes(body) for (body,) in bodies))
