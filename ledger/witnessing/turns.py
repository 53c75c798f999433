"""One witness's turns, one after the other."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from time import monotonic

from ledger.format.policy import Policy, Witness
from ledger.witnessing.asking import SECONDS
from ledger.witnessing.book import (
    Head,
    keep_cosignature,
    keep_problem,
    mark_witnessed,
    newest_witnessed,
)
from ledger.witnessing.cosigning import Asker
from ledger.witnessing.problems import ALARMS, NotCosigned
from ledger.witnessing.proving import Proofs
from ledger.witnessing.rounds import Rounds

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
# Without new entries each witness is asked again so often: that it is still there, and agrees.
REFRESH = 30.0


@dataclass
class Turns:
    """What one witness did last, and how long it is left alone after a failure."""

    witness: Witness
    policy: Policy
    rounds: Rounds
    proofs: Proofs
    using: str
    seconds: float = SECONDS
    done: Head | None = field(default=None, init=False)
    _asker: Asker | None = field(default=None, init=False)
    _asked: float = field(default=0.0, init=False)
    _pause: float = field(default=0.0, init=False)
    _problem: str = field(default="", init=False)

    def is_due(self, head: Head) -> bool:
        """Whether the witness has not had this checkpoint, or not for some time."""
        return head != self.done or monotonic() - self._asked > REFRESH

    def take(self, head: Head) -> float:
        """Ask for a cosignature and keep it, or the reason; how long to wait before the next."""
        self._asked = monotonic()
        try:
            self._ask(head)
        except NotCosigned as refusal:
            return self._fail(refusal)
        if self._problem:
            log.warning("Witness %s answers again.", self.witness.name)
        self.done, self._pause, self._problem = head, 0.0, ""
        return 0.0

    def close(self) -> None:
        """Let go of the connection to the witness."""
        if self._asker is not None:
            self._asker.close()

    def _ask(self, head: Head) -> None:
        if self._asker is None:
            self._asker = Asker(self.witness, self.proofs, using=self.using, seconds=self.seconds)
        cosignature = self._asker.cosignature(head)
        if cosignature is not None:
            keep_cosignature(self.witness.name, head, cosignature, using=self.using)
        mark_witnessed(self.policy, since=head.size, using=self.using)
        self.rounds.end(newest_witnessed(self.using))

    def _fail(self, refusal: NotCosigned) -> float:
        """Keep the reason, and be more patient each time."""
        if self._problem != refusal.problem:
            level = logging.CRITICAL if refusal.problem in ALARMS else logging.WARNING
            log.log(level, "Witness %s: %s: %s", self.witness.name, refusal.problem, refusal)
        self._problem = refusal.problem
        keep_problem(self.witness.name, refusal, using=self.using)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        return self._pause
