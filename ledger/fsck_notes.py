"""Checkpoints, cosignatures and quorums against the tree that follows from the entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connections

from ledger.format.merkle import Frontier
from ledger.format.note_keys import NoteRefused
from ledger.format.notes import Checkpoint, add_lines, open_note, signatures
from ledger.format.policy import Policy
from ledger.format.subtrees import WIDTH
from ledger.spans import Damage, Problem, Span

_CHECKPOINTS = """
SELECT c.size, c.root, c.note, w.size IS NOT NULL
FROM ledger.checkpoint c LEFT JOIN ledger.witnessed w USING (size)
WHERE c.size = ANY(%s) ORDER BY c.size
"""
_COSIGNATURES = """
SELECT size, witness, line, cosigned_at FROM ledger.cosignature
WHERE size = ANY(%s) ORDER BY size, witness
"""
_BEYOND = "SELECT min(size) FROM ledger.checkpoint WHERE size > %s"
_ORPHANS = """
SELECT size FROM ledger.cosignature WHERE size NOT IN (SELECT size FROM ledger.checkpoint)
UNION SELECT size FROM ledger.witnessed WHERE size NOT IN (SELECT size FROM ledger.checkpoint)
ORDER BY size LIMIT 1
"""


@dataclass(frozen=True)
class _Cosignature:
    witness: str
    line: str
    at: datetime


class NoteCheck:
    """Follows the walk; ``checkpoints`` and ``witnessed`` count what holds."""

    def __init__(self, policy: Policy, using: str) -> None:
        self.checkpoints = 0
        self.witnessed = 0
        self._policy = policy
        self._using = using

    def compare(self, span: Span, tree: Frontier) -> Iterator[Damage]:
        """What the span's tree heads say of its checkpoints; ``tree`` is that before the span."""
        heads = dict(_heads(span, tree.copy()))
        sizes = list(heads)
        lines = self._cosignatures(sizes)
        with connections[self._using].cursor() as cursor:
            cursor.execute(_CHECKPOINTS, [sizes])
            for size, root, note, is_witnessed in cursor.fetchall():
                found = list(self._check(Checkpoint("", size, bytes(root)), note, heads[size]))
                vouched = self._vouched(note, lines[size])
                if any(at is None for at in vouched.values()):
                    found.append(Problem.COSIGNATURE_CHANGED)
                is_met = self._policy.is_met(vouched.keys())
                # Only lines of others: it was witnessed under an older policy.
                if is_witnessed and not is_met and (vouched or not lines[size]):
                    found.append(Problem.QUORUM_MISSING)
                self.checkpoints += not found
                self.witnessed += is_witnessed and is_met and not found
                yield from (Damage(problem, size - 1) for problem in found[:1])

    def beyond(self, entries: int) -> Iterator[Damage]:
        """Checkpoints of more entries than there are, and lines for no checkpoint at all."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(_BEYOND, [entries])
            ((size,),) = cursor.fetchall()
            if size is not None:
                yield Damage(Problem.TAIL_MISSING, entries)
            cursor.execute(_ORPHANS)
            for (orphan,) in cursor.fetchall():
                yield Damage(Problem.CHECKPOINT_MISSING, orphan - 1)

    def _check(self, stored: Checkpoint, note: str, head: bytes) -> Iterator[Problem]:
        if stored.root != head:
            yield Problem.ROOT_CHANGED
        try:
            text, _ = signatures(note)
            if self._policy.logs:
                open_note(note, *self._policy.logs)
            said = Checkpoint.parse(text)
        except NoteRefused:
            yield Problem.CHECKPOINT_CHANGED
            return
        known = {log.name for log in self._policy.logs} or {said.origin}
        if (said.size, said.root) != (stored.size, stored.root) or said.origin not in known:
            yield Problem.CHECKPOINT_CHANGED

    def _vouched(self, note: str, lines: list[_Cosignature]) -> dict[str, int | None]:
        """When each of the policy's witnesses signed; None for a line that isn't its own."""
        times: dict[str, int | None] = {}
        for one in lines:
            if witness := self._policy.witnesses.get(one.witness):
                try:
                    at = witness.cosigner.time_of(add_lines(note, [one.line]))
                except NoteRefused:
                    at = None
                is_repeated = at is not None and datetime.fromtimestamp(at, UTC) == one.at
                times[one.witness] = at if is_repeated else None
        return times

    def _cosignatures(self, sizes: list[int]) -> defaultdict[int, list[_Cosignature]]:
        found: defaultdict[int, list[_Cosignature]] = defaultdict(list)
        with connections[self._using].cursor() as cursor:
            cursor.execute(_COSIGNATURES, [sizes])
            for size, witness, line, at in cursor.fetchall():
                found[size].append(_Cosignature(witness, line, at))
        return found


def _heads(span: Span, tree: Frontier) -> Iterator[tuple[int, bytes]]:
    """The tree head at each size that was asked for."""
    tiles = iter(span.tiles)
    for size, partial in span.partials.items():
        while tree.size < (size - 1) // WIDTH * WIDTH:
            tree.append_subtree(next(tiles), WIDTH)
        yield size, tree.root_with(partial)
