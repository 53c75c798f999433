"""One thread per witness: a witness that hangs or lies delays nobody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Thread

from django.db import connections
from django.db.utils import InterfaceError, OperationalError

from ledger.format.policy import Policy, Witness
from ledger.witnessing.asking import SECONDS
from ledger.witnessing.book import Head, mark_witnessed, newest_head, newest_witnessed
from ledger.witnessing.proving import Proofs
from ledger.witnessing.rounds import Rounds
from ledger.witnessing.turns import Turns

log = logging.getLogger(__name__)

LOOK = 0.1
WAKE = 1.0


class WitnessLost(RuntimeError):
    """The thread of a witness ended: the process has to end too, and be started again."""


@dataclass
class Gatherer:
    """Brings each checkpoint before the witnesses and keeps what they sign.

    Holds no key. Any number may run, wherever database and witnesses can be reached: every row is
    kept once, whoever brings it.
    """

    policy: Policy
    using: str = "default"
    seconds: float = SECONDS
    _rounds: Rounds = field(default_factory=Rounds, init=False)
    _proofs: Proofs = field(init=False)

    def __post_init__(self) -> None:
        """What the threads share."""
        self._proofs = Proofs(self.using)

    def run(self, stop: Flag) -> None:
        """Gather until ``stop`` is set. Refuses (`WitnessLost`) to go on without a thread."""
        threads = [
            Thread(target=self._serve, args=(witness, stop), name=witness.name)
            for witness in self.policy.witnesses.values()
        ]
        for thread in threads:
            thread.start()
        try:
            self._mark_what_was_left()
            while not stop.wait(LOOK):
                self._look(stop)
                for thread in threads:
                    if not thread.is_alive() and not stop.is_set():
                        raise WitnessLost(thread.name)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            connections[self.using].close()

    def _mark_what_was_left(self) -> None:
        """A process may have ended between the last line of a quorum and the mark."""
        mark_witnessed(self.policy, since=newest_witnessed(self.using), using=self.using)

    def _look(self, stop: Flag) -> None:
        try:
            self._rounds.offer(newest_head(self.using))
        except (OperationalError, InterfaceError) as error:
            self._reconnect(error, stop)

    def _serve(self, witness: Witness, stop: Flag) -> None:
        """Bring each round's checkpoint before one witness, until ``stop`` is set."""
        turns = Turns(witness, self.policy, self._rounds, self._proofs, self.using, self.seconds)
        try:
            while not stop.is_set():
                head = self._rounds.next(turns.done, seconds=WAKE)
                if head is not None and turns.is_due(head):
                    self._take(turns, head, stop)
        finally:
            turns.close()
            connections[self.using].close()

    def _take(self, turns: Turns, head: Head, stop: Flag) -> None:
        try:
            pause = turns.take(head)
        except (OperationalError, InterfaceError) as error:
            self._reconnect(error, stop)
        else:
            stop.wait(pause)

    def _reconnect(self, error: Exception, stop: Flag) -> None:
        log.warning("The database went away: %s", error)
        connections[self.using].close()
        stop.wait(WAKE)
