"""Everything that the ledger's tables say, checked against the entries' bytes and the keys.

Stored hashes, roots and verdicts are only compared with. What can't be seen from inside (a tail cut
off with its checkpoints, an old backup put back) is for the witnesses and holders of receipts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from django.db import connections

from ledger import keys
from ledger.format.merkle import Frontier
from ledger.format.subtrees import WIDTH
from ledger.fsck_nodes import NodeCheck
from ledger.fsck_notes import NoteCheck
from ledger.spans import Damage, Problem, Span, span_starts, walk_span

Progress = Callable[[int, int], None]
_SIZES = """
SELECT size FROM ledger.checkpoint
WHERE size > %(first)s AND (%(end)s::bigint IS NULL OR size <= %(end)s) ORDER BY size
"""


@dataclass
class Report:
    """How many entries and checkpoints hold, and all that doesn't, in the order of the ledger."""

    entries: int = 0
    checkpoints: int = 0
    witnessed: int = 0
    damages: list[Damage] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damages


def check_everything(
    *, processes: int = 1, progress: Progress = lambda done, total: None, using: str = "default"
) -> Report:
    """Re-hash every entry; check every stored root, checkpoint, cosignature and quorum.

    Behind the first damaged entry nothing can be checked. ``progress`` is told entries done and
    total. Refuses (`NoteRefused`, `PolicyRefused`) key files that can't be read.
    """
    policy = keys.policy()
    starts = span_starts(using)
    report, tree = Report(), Frontier()
    stored, notes = NodeCheck(using), NoteCheck(policy, using)
    with _walker(min(processes, len(starts)), using) as walks:
        for span in walks(list(zip(starts, [*starts[1:], None], strict=True))):
            report.entries = span.size
            report.damages += stored.compare(span)
            report.damages += notes.compare(span, tree)
            _extend(tree, span)
            if span.damage is not None:
                report.damages.append(span.damage)
                break
            progress(span.size, max(starts[-1], span.size))
    report.checkpoints, report.witnessed = notes.checkpoints, notes.witnessed
    if span.damage is None:
        report.damages += [*stored.surplus(tree.size), *notes.beyond(report.entries)]
    return report


def _extend(tree: Frontier, span: Span) -> None:
    for tile in span.tiles:
        tree.append_subtree(tile, WIDTH)


Bounds = tuple[int, int | None]


@contextmanager
def _walker(processes: int, using: str) -> Iterator[Callable[[list[Bounds]], Iterable[Span]]]:
    """What walks spans and gives them back in order, in this process or in several."""
    walk = partial(_span, using=using)
    if processes == 1:
        yield lambda bounds: _linked(map(walk, bounds))
        return
    # Spawned, not forked: a child that has this process's connection would read its answers.
    # They need settings and no models, so that Django is not set up in them: that takes a second.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield lambda bounds: _linked(pool.map(walk, bounds))
    finally:
        pool.shutdown(cancel_futures=True)


def _span(bounds: Bounds, *, using: str) -> Span:
    first, end = bounds
    with connections[using].cursor() as cursor:
        cursor.execute(_SIZES, {"first": first, "end": end})
        sizes = [size for (size,) in cursor.fetchall()]
    return walk_span(first, end, sizes=sizes, using=using)


def _linked(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, each beginning with the link that the one before ended with."""
    previous: Span | None = None
    for span in spans:
        if previous is not None and span.before != previous.link:
            span = Span(span.first, previous.link, size=span.first)  # noqa: PLW2901
            span.damage = Damage(Problem.LINK_CHANGED, span.first)
        yield span
        previous = span
