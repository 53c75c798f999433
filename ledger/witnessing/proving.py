"""Consistency proofs for witnesses, from the stored hashes."""

from __future__ import annotations

from functools import partial
from threading import Lock

from django.db import connections

from ledger.format.merkle import ProofRefused, check_consistency
from ledger.format.subtrees import consistency_path, subtree_root
from ledger.nodes import nodes
from ledger.witnessing.book import Head
from ledger.witnessing.problems import NotCosigned, Problem


class Proofs:
    """Makes each proof once: witnesses that keep up need the same one, of some thirty queries."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._lock = Lock()
        self._head: Head | None = None
        self._made: dict[int, list[bytes]] = {}

    def to(self, head: Head, *, since: int) -> list[bytes]:
        """That the first ``since`` entries are still there; empty from nothing and from itself.

        Checked here before it goes out, so that what a witness refuses speaks against the
        history. Refuses (`NotCosigned`) when the stored hashes don't lead to the signed root.
        """
        if since in {0, head.size}:
            return []
        with self._lock:
            if head != self._head:
                self._head, self._made = head, {}
            if since not in self._made:
                self._made[since] = self._proof(head, since)
            return self._made[since]

    def _proof(self, head: Head, since: int) -> list[bytes]:
        with connections[self._using].cursor() as cursor:
            stored = partial(nodes, cursor)
            proof = consistency_path(stored, old_size=since, new_size=head.size)
            old_root = subtree_root(stored, start=0, count=since)
        try:
            check_consistency(
                old_size=since,
                old_root=old_root,
                new_size=head.size,
                new_root=head.root,
                proof=proof,
            )
        except ProofRefused as error:
            raise NotCosigned(Problem.UNPROVEN, str(error)) from error
        return proof
