"""A database put back to an earlier day is a rollback: what outlives it is asked before signing.

Two memories do: the witnesses', and a file beside the signing key. Both are compared with a tree
made from the stored bodies; the hashes that lead from one size to the other are believed only as
far as they prove it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from django.db.backends.utils import CursorWrapper

from ledger.format.merkle import Frontier, ProofRefused, check_consistency
from ledger.format.note_keys import NoteRefused
from ledger.format.notes import Checkpoint
from ledger.format.policy import Policy, Witness
from ledger.format.subtrees import consistency_path
from ledger.halts import HaltReason, SigningHalted
from ledger.nodes import nodes
from ledger.signing_memory import SignedOtherwise, SigningMemory
from ledger.witnessing.asking import newest_at
from ledger.witnessing.problems import NotCosigned

log = logging.getLogger(__name__)

ASK_AGAIN = 1.0
ALARM_AGAIN = 60.0
MOST_AT_ONCE = 16

# The note that a witness remembers of a log; None: it knows none. Refuses (`NotCosigned`).
Ask = Callable[[Witness, str], str | None]


@dataclass
class _Question:
    """What one witness was asked, and when."""

    witness: Witness
    answer: Future[str | None]
    asked: float


@dataclass
class RestoreSafety:
    """Asks every witness at the beginning of each lead, and the file.

    Signing waits until a quorum of the policy has answered; a later answer counts as much. The
    questions wait in threads of their own, so that events go on being chained meanwhile.
    """

    origin: str
    read_policy: Callable[[], Policy]
    memory: SigningMemory | None = None
    ask: Ask = newest_at
    _questions: dict[str, _Question] = field(default_factory=dict)
    _agreed: set[str] = field(default_factory=set)
    _is_memory_checked: bool = False
    _alarmed: float = 0.0

    def __post_init__(self) -> None:
        """Threads are started by the first question."""
        self._policy = Policy()
        self._threads = ThreadPoolExecutor(max_workers=MOST_AT_ONCE)

    def begin(self) -> None:
        """Ask everybody whom the policy names today; earlier answers count no more."""
        self._policy = self.read_policy()
        self._questions.clear()
        self._agreed.clear()
        self._is_memory_checked = False
        self._alarmed = monotonic()
        for witness in self._policy.witnesses.values():
            self._put(witness)

    def is_satisfied(self, cursor: CursorWrapper, tree: Frontier) -> bool:
        """Whether a quorum has answered and nobody knows another history than ``tree``'s.

        Refuses (`SigningHalted`) when the file or a witness does.
        """
        if not self._is_memory_checked:
            self._compare_memory(cursor, tree)
        for question in [one for one in self._questions.values() if one.answer.done()]:
            self._take(cursor, tree, question)
        if self._policy.is_met(self._agreed):
            return True
        self._alarm()
        return False

    def remember(self, checkpoint: Checkpoint) -> None:
        """Write down what is about to be signed. Refuses (`SigningHalted`) to contradict it."""
        if self.memory is None:
            return
        try:
            self.memory.remember(checkpoint)
        except SignedOtherwise as error:
            raise SigningHalted(HaltReason.MEMORY_FORKED, size=checkpoint.size) from error
        except NoteRefused as error:
            raise SigningHalted(HaltReason.MEMORY_UNREADABLE, size=checkpoint.size) from error

    def _put(self, witness: Witness) -> None:
        answer = self._threads.submit(self.ask, witness, self.origin)
        self._questions[witness.name] = _Question(witness, answer, monotonic())

    def _take(self, cursor: CursorWrapper, tree: Frontier, question: _Question) -> None:
        """Compare an answer, or ask again a second after the last time."""
        name = question.witness.name
        try:
            note = question.answer.result()
            remembered = None if note is None else self._opened(note, name)
        except (NotCosigned, NoteRefused) as error:
            if monotonic() - question.asked >= ASK_AGAIN:
                log.warning("The witness %s does not say what it has seen: %s", name, error)
                self._put(question.witness)
            return
        if remembered is not None:
            larger, forked = HaltReason.WITNESS_LARGER, HaltReason.WITNESS_FORKED
            _compare(cursor, tree, remembered, larger=larger, forked=forked, detail=name)
        self._agreed.add(name)
        del self._questions[name]

    def _opened(self, note: str, name: str) -> Checkpoint:
        """What the witness remembers; refuses (`NoteRefused`) unless log and witness signed it."""
        opened = self._policy.opened(note)
        if name not in opened.times or opened.checkpoint.origin != self.origin:
            raise NoteRefused(f"{name} did not cosign this.")
        return opened.checkpoint

    def _compare_memory(self, cursor: CursorWrapper, tree: Frontier) -> None:
        try:
            remembered = self.memory.last(self.origin) if self.memory else None
        except NoteRefused as error:
            raise SigningHalted(HaltReason.MEMORY_UNREADABLE, size=tree.size) from error
        if remembered is not None:
            larger, forked = HaltReason.MEMORY_LARGER, HaltReason.MEMORY_FORKED
            _compare(cursor, tree, remembered, larger=larger, forked=forked)
        self._is_memory_checked = True

    def _alarm(self) -> None:
        if monotonic() - self._alarmed >= ALARM_AGAIN:
            self._alarmed = monotonic()
            waiting = ", ".join(sorted(self._questions))
            log.error("Nothing is signed before a quorum of witnesses answers: %s", waiting)


def _compare(
    cursor: CursorWrapper,
    tree: Frontier,
    remembered: Checkpoint,
    *,
    larger: HaltReason,
    forked: HaltReason,
    detail: str = "",
) -> None:
    """Refuse (`SigningHalted`) unless what is remembered is a prefix of ``tree``."""
    if remembered.size > tree.size:
        raise SigningHalted(larger, size=remembered.size, detail=detail)
    if remembered.size == 0:
        return
    stored = partial(nodes, cursor)
    try:
        check_consistency(
            old_size=remembered.size,
            old_root=remembered.root,
            new_size=tree.size,
            new_root=tree.root(),
            proof=consistency_path(stored, old_size=remembered.size, new_size=tree.size),
        )
    except ProofRefused as error:
        raise SigningHalted(forked, size=remembered.size, detail=detail) from error
