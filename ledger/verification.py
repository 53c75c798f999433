"""Does the chain hold? Re-hashes stored bodies; stored hashes are only compared with."""

from __future__ import annotations

import logging
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
from ledger.signed_tree import signed_tree
from ledger.spans import Damage, Problem, span_starts, walk_span

log = logging.getLogger(__name__)

LARGEST = 2**63 - 1
_NEWEST = """
SELECT size, root, note FROM ledger.checkpoint WHERE size <= %s ORDER BY size DESC LIMIT 1
"""


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    """One verdict: how many entries hold, and the first that doesn't (None: can't be located).

    ``from_seq`` is the first entry that was hashed again, 0 when all were.
    """

    ok: bool
    entries: int
    first_bad_seq: int | None
    problem: Problem | None
    checked_at: datetime
    seconds: float
    from_seq: int = 0


def check_chain(using: str = "default", *, known_good: int = 0) -> ChainCheck:
    """Walk the entries and compare with the newest checkpoint; stops at the first damage.

    Of the first ``known_good`` entries only the last few are hashed again, if what is stored of the
    others gives a root that was signed; else all are. The checkpoint is read first, so that entries
    appended meanwhile do no harm. Refuses (`NoteRefused`) a public key file that holds no key.
    """
    started, checked_at = perf_counter(), datetime.now(UTC)
    verifiers = keys.verifiers()
    checkpoint, forged = _newest_checkpoint(using, verifiers)
    tree = _known_tree(known_good, using, verifiers) if known_good else Frontier()
    first = tree.size
    size, damage = _walk(checkpoint, tree, using)
    if damage is None and forged:
        damage = Damage(Problem.CHECKPOINT_CHANGED, None)
    return ChainCheck(
        ok=damage is None,
        entries=size,
        first_bad_seq=damage.seq if damage else None,
        problem=damage.problem if damage else None,
        checked_at=checked_at,
        seconds=perf_counter() - started,
        from_seq=first,
    )


def check_and_store(using: str = "default", *, known_good: int = 0) -> ChainCheck:
    """`check_chain`, its verdict kept in ledger.chain_check."""
    check = check_chain(using, known_good=known_good)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger.chain_check"
            " (checked_at, ok, entries, first_bad_seq, problem, seconds, from_seq)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                check.checked_at,
                check.ok,
                check.entries,
                check.first_bad_seq,
                check.problem,
                check.seconds,
                check.from_seq,
            ],
        )
    return check


def _known_tree(known_good: int, using: str, verifiers: tuple[Verifier, ...]) -> Frontier:
    """The tree of the entries that need no hashing again: none unless a signed root says so."""
    signed, forged = _newest_checkpoint(using, verifiers, at_most=known_good)
    tree = None if signed is None or forged else signed_tree(signed, using=using)
    if tree is None:
        log.warning("No signed root follows from what is stored: all entries are hashed again.")
    return tree or Frontier()


def _walk(checkpoint: Checkpoint | None, tree: Frontier, using: str) -> tuple[int, Damage | None]:
    """How many entries hold, and what stopped the walk, which begins where ``tree`` ends."""
    size = tree.size
    wanted = checkpoint.size if checkpoint else 0
    starts = [size, *(start for start in span_starts(using) if start > size)]
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
    using: str, verifiers: tuple[Verifier, ...], *, at_most: int = LARGEST
) -> tuple[Checkpoint | None, bool]:
    """The newest stored checkpoint, and whether its note contradicts it or isn't our log's."""
    with connections[using].cursor() as cursor:
        cursor.execute(_NEWEST, [at_most])
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
