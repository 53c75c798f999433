"""Does the chain hold? Re-hashes every stored body; stored hashes are only compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from time import perf_counter

from django.db import connections

from ledger import keys
from ledger.format.chain import START, links_after
from ledger.format.merkle import Frontier, leaf_hashes
from ledger.format.note_keys import NoteRefused, Verifier
from ledger.format.notes import Checkpoint, open_note
from ledger.stored import StoredBlock, stored_blocks


class Problem(StrEnum):
    """What can be wrong, at the first entry where it shows. Words are in `ledger.words`."""

    BODY_CHANGED = "body_changed"
    LINK_CHANGED = "link_changed"
    EVENT_ID_CHANGED = "event_id_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_REPEATED = "entry_repeated"
    TAIL_MISSING = "tail_missing"
    ROOT_CHANGED = "root_changed"
    CHECKPOINT_CHANGED = "checkpoint_changed"


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    """One verdict: how many entries hold, and the first that doesn't (None: can't be located)."""

    ok: bool
    entries: int
    first_bad_seq: int | None
    problem: Problem | None
    checked_at: datetime
    seconds: float


@dataclass(frozen=True)
class _Damage:
    problem: Problem
    seq: int | None


@dataclass
class _Walk:
    """The state of a walk along the chain, and the checkpoint it has to pass."""

    checkpoint: Checkpoint | None
    size: int = 0
    link: bytes = START
    tree: Frontier = field(default_factory=Frontier)

    def take(self, block: StoredBlock) -> _Damage | None:
        """Go one block further; stops before the first entry that doesn't hold."""
        leaves = leaf_hashes(block.bodies)
        links = links_after(self.link, leaves)
        expected = range(self.size, self.size + len(leaves))
        if list(expected) == block.seqs and leaves == block.leaves and links == block.links:
            damaged = _first_misfiled(block)
        else:
            damaged = _first_damaged(block, leaves, links, self.size)
        if damaged is not None:
            self.size += damaged[0]
            return _Damage(damaged[1], self.size)
        self.link = links[-1]
        return self._grow(leaves)

    def _grow(self, leaves: list[bytes]) -> _Damage | None:
        before, self.size = self.size, self.size + len(leaves)
        if self.checkpoint is None or self.checkpoint.size <= before:
            return None
        self.tree.extend(leaves[: self.checkpoint.size - before])
        if self.tree.size == self.checkpoint.size and self.tree.root() != self.checkpoint.root:
            return _Damage(Problem.ROOT_CHANGED, None)
        return None


def check_chain(using: str = "default") -> ChainCheck:
    """Walk all entries and compare with the newest checkpoint; stops at the first damage.

    The checkpoint is read first, so that entries appended meanwhile do no harm. Refuses
    (`NoteRefused`) a public key file that holds no key.
    """
    started, checked_at = perf_counter(), datetime.now(UTC)
    checkpoint, forged = _newest_checkpoint(using, keys.verifiers())
    walk = _Walk(checkpoint)
    damage = _walk(walk, using)
    if damage is None and forged:
        damage = _Damage(Problem.CHECKPOINT_CHANGED, None)
    return ChainCheck(
        ok=damage is None,
        entries=walk.size,
        first_bad_seq=damage.seq if damage else None,
        problem=damage.problem if damage else None,
        checked_at=checked_at,
        seconds=perf_counter() - started,
    )


def check_and_store(using: str = "default") -> ChainCheck:
    """`check_chain`, its verdict kept in ledger.chain_check."""
    check = check_chain(using)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger.chain_check"
            " (checked_at, ok, entries, first_bad_seq, problem, seconds)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                check.checked_at,
                check.ok,
                check.entries,
                check.first_bad_seq,
                check.problem,
                check.seconds,
            ],
        )
    return check


def _walk(walk: _Walk, using: str) -> _Damage | None:
    for block in stored_blocks(using):
        if damage := walk.take(block):
            return damage
    if walk.checkpoint is not None and walk.size < walk.checkpoint.size:
        return _Damage(Problem.TAIL_MISSING, walk.size)
    return None


def _first_damaged(
    block: StoredBlock, leaves: list[bytes], links: list[bytes], first: int
) -> tuple[int, Problem]:
    """The index of the first entry that doesn't hold; the caller knows that there is one."""
    for index, seq in enumerate(block.seqs):
        if seq != first + index:
            missing = seq > first + index
            return index, Problem.ENTRY_MISSING if missing else Problem.ENTRY_REPEATED
        if leaves[index] != block.leaves[index]:
            return index, Problem.BODY_CHANGED
        if links[index] != block.links[index]:
            return index, Problem.LINK_CHANGED
    raise AssertionError("A block that differs has an entry that differs.")


def _first_misfiled(block: StoredBlock) -> tuple[int, Problem] | None:
    """The index of the first row whose event_id column doesn't repeat its body.

    A canonical body holds these bytes once: quotes inside strings are escaped.
    """
    for index, (event_id, body) in enumerate(zip(block.event_ids, block.bodies, strict=True)):
        if b'"event_id":"%b"' % event_id not in body:
            return index, Problem.EVENT_ID_CHANGED
    return None


def _newest_checkpoint(
    using: str, verifiers: tuple[Verifier, ...]
) -> tuple[Checkpoint | None, bool]:
    """The newest stored checkpoint, and whether its note contradicts it or isn't our log's."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size, root, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    if row is None:
        return None, False
    checkpoint = Checkpoint(keys.origin(), row[0], bytes(row[1]))
    if not verifiers:
        return checkpoint, False
    try:
        return checkpoint, open_note(row[2], *verifiers) != checkpoint.text()
    except NoteRefused:
        return checkpoint, True
