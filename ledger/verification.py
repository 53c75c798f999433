"""Does the chain hold? Re-hashes every stored body; stored hashes are only compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from django.db import connections

from ledger import keys
from ledger.format.merkle import Frontier
from ledger.format.note_keys import NoteRefused, Verifier
from ledger.format.notes import Checkpoint, open_note
from ledger.format.subtrees import WIDTH
from ledger.spans import Damage, Problem, span_starts, walk_span


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    """One verdict: how many entries hold, and the first that doesn't (None: can't be located)."""

    ok: bool
    entries: int
    first_bad_seq: int | None
    problem: Problem | None
    checked_at: datetime
    seconds: float


def check_chain(using: str = "default") -> ChainCheck:
    """Walk all entries and compare with the newest checkpoint; stops at the first damage.

    The checkpoint is read first, so that entries appended meanwhile do no harm. Refuses
    (`NoteRefused`) a public key file that holds no key.
    """
    started, checked_at = perf_counter(), datetime.now(UTC)
    checkpoint, forged = _newest_checkpoint(using, keys.verifiers())
    size, damage = _walk(checkpoint, using)
    if damage is None and forged:
        damage = Damage(Problem.CHECKPOINT_CHANGED, None)
    return ChainCheck(
        ok=damage is None,
        entries=size,
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


def _walk(checkpoint: Checkpoint | None, using: str) -> tuple[int, Damage | None]:
    """How many entries hold, and what stopped the walk."""
    tree, size = Frontier(), 0
    wanted = checkpoint.size if checkpoint else 0
    starts = span_starts(using)
    for first, end in zip(starts, [*starts[1:], None], strict=True):
        span = walk_span(first, end, sizes=[wanted], using=using)
        size = span.size
        if wanted in span.partials and checkpoint is not None:
            _extend(tree, span.tiles[: (wanted - 1 - first) // WIDTH])
            if tree.root_with(span.partials[wanted]) != checkpoint.root:
                return size, Damage(Problem.ROOT_CHANGED, None)
        elif size < wanted:
            _extend(tree, span.tiles)
        if span.damage is not None:
            return size, span.damage
    return size, Damage(Problem.TAIL_MISSING, size) if size < wanted else None


def _extend(tree: Frontier, tiles: Sequence[bytes]) -> None:
    for tile in tiles:
        tree.append_subtree(tile, WIDTH)


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
