"""The policy in force is the file's: whoever changes it need not start the gatherer again."""

from __future__ import annotations

import logging
from threading import Event as Flag
from threading import Thread

from ledger import keys
from ledger.format.policy import Policy, PolicyRefused
from ledger.witnessing.gatherer import Gatherer

log = logging.getLogger(__name__)

LOOK = 0.5


class PolicyFile:
    """The last policy that could be read; the first has to be readable.

    Refuses (`PolicyRefused`, `NoteRefused`, OSError) as `ledger.keys.policy` does.
    """

    def __init__(self) -> None:
        self._seen = _content()
        self.policy = keys.policy()

    def has_changed(self) -> bool:
        """Whether another policy is in force now. A broken file is logged, and changes nothing."""
        content = _content()
        if content == self._seen:
            return False
        self._seen = content
        try:
            # A file that is gone is no wish to do without witnesses.
            self.policy = Policy.parse((content or b"").decode())
        except (PolicyRefused, UnicodeDecodeError) as error:
            log.error("The policy before stays in force, the file's is broken: %s", error)  # noqa: TRY400 -- it is the file's fault
            return False
        log.warning("Another policy is in force: %d witnesses.", len(self.policy.witnesses))
        return True


def gather(file: PolicyFile, stop: Flag, *, using: str = "default") -> None:
    """Gather under the file's policy until ``stop`` is set; refuses (`WitnessLost`)."""
    while not stop.is_set():
        turn = Flag()
        watch = Thread(target=_end, args=(turn, file, stop), name="policy")
        watch.start()
        try:
            Gatherer(file.policy, using=using).run(turn)
        finally:
            turn.set()
            watch.join()


def _end(turn: Flag, file: PolicyFile, stop: Flag) -> None:
    """End the turn when another policy is in force, or everything ends."""
    while not turn.wait(LOOK):
        if stop.is_set() or file.has_changed():
            turn.set()


def _content() -> bytes | None:
    """What the file holds; None where it can't be read."""
    try:
        return keys.policy_file().read_bytes()
    except OSError:
        return None
