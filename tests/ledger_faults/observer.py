"""Somebody who remembers what was committed and signed, and holds the ledger to it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from uuid import UUID

from django.db import connections

from ledger.format.merkle import root_of
from ledger.format.notes import Checkpoint
from ledger.format.policy import Witness
from tests.ledger_faults.installation import Installation
from tests.ledger_faults.test_restoring import stored_leaves


class Observer:
    """Knows each committed event, and the root of each size that was ever signed.

    ``signed`` are the leaves of the largest tree that was ever signed, whatever was put back
    since: whoever has seen it must never see another history.
    """

    def __init__(self, here: Installation) -> None:
        self.here = here
        self.committed: set[UUID] = set()
        self.signed: list[bytes] = []
        self._roots: dict[int, bytes] = {}

    def look(self) -> None:
        """No gap, loss or double; and every tree that was ever signed continues the others."""
        self._look_at_entries()
        leaves = stored_leaves()
        while self.here.signatures:
            self._look_at_signature(self.here.signatures.pop(0), leaves)
        self._look_at_checkpoints(leaves)
        size, root = self.witnessed()
        assert size == 0 or root == root_of(self.signed[:size]), "cosigned, and never signed"

    def witnessed(self) -> tuple[int, bytes]:
        """Size and root that the witness remembers."""
        note = self.here.ask(Witness("w", self.here.desk.cosigner), self.here.origin)
        if note is None:
            return 0, b""
        _, size, root = note.split("\n")[:3]
        return int(size), base64.b64decode(root)

    def _look_at_entries(self) -> None:
        with connections["sequencer"].cursor() as cursor:
            cursor.execute("SELECT seq, event_id FROM ledger.entry ORDER BY seq")
            entries = cursor.fetchall()
            cursor.execute("SELECT event_id FROM ledger.outbox")
            waiting = {event_id for (event_id,) in cursor.fetchall()}
        chained = {event_id for _, event_id in entries}
        assert [seq for seq, _ in entries] == list(range(len(entries))), "a gap"
        assert len(chained) == len(entries), "an event was doubled"
        assert self.committed <= chained | waiting, "an event was lost"
        assert chained.isdisjoint(waiting)

    def _look_at_signature(self, made: Checkpoint, leaves: Sequence[bytes]) -> None:
        """Over entries that were committed before, whether the checkpoint was stored or not."""
        assert self._roots.setdefault(made.size, made.root) == made.root, "a size signed twice"
        assert root_of(leaves[: made.size]) == made.root, "signed, and not what is stored"
        shorter = min(made.size, len(self.signed))
        assert leaves[:shorter] == self.signed[:shorter], "another history was signed"
        self.signed = max(self.signed, list(leaves[: made.size]), key=len)

    def _look_at_checkpoints(self, leaves: Sequence[bytes]) -> None:
        """What is stored of them is what was signed, over what is stored."""
        with connections["sequencer"].cursor() as cursor:
            cursor.execute(
                "SELECT size, root FROM ledger.checkpoint WHERE starts_with(note, %s)",
                [self.here.origin],
            )
            for size, root in cursor.fetchall():
                assert self._roots[size] == bytes(root) == root_of(leaves[:size])
