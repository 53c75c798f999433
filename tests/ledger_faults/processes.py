"""Sequencers as processes have them: a connection each, and one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from threading import Event, Semaphore, Thread, local
from typing import ParamSpec, TypeVar

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger import checkpoints, leadership, sequencer
from ledger.checkpoints import Checkpoints
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, sign_note
from ledger.nodes import close_subtrees
from ledger.sequencer import Sequencer

P = ParamSpec("P")
R = TypeVar("R")

STUCK = 30.0
HERE = local()


class Moment(Enum):
    """Where a step can be held: in the batch, after its commit, before the checkpoint's."""

    IN_BATCH = "in the batch"
    BEFORE_SIGNING = "before signing"
    WHILE_SIGNING = "while signing"


class Killed(BaseException):
    """The process is no more; not an error that anybody handles."""


class Process(Event):
    """A thread in which a sequencer runs; it is its stop flag, and holds it before each step.

    Connections belong to threads, so locks, epochs and broken connections are real. ``signatures``
    takes every checkpoint that it signs, stored or not.
    """

    def __init__(self, mover: Sequencer, signatures: list[Checkpoint]) -> None:
        super().__init__()
        self.mover, self.signatures = mover, signatures
        self.is_held = False
        self.connection: BaseDatabaseWrapper
        self._until: Moment | None = None
        self._is_killed = False
        self._failure: BaseException | None = None
        self._go, self._done = Semaphore(0), Semaphore(0)
        self._thread = Thread(target=self._live, daemon=True)
        self._thread.start()
        self._await()

    @property
    def name(self) -> str:
        return self.mover.name

    @property
    def is_leading(self) -> bool:
        return self.mover.is_leading

    @property
    def backend(self) -> int:
        """The server's process for its connection; 0 when it has none."""
        raw = self.connection.connection
        return 0 if raw is None else int(raw.info.backend_pid)

    def step(self, *, until: Moment | None = None) -> None:
        """Its next step, or the rest of the one that it is held in; holds it at ``until``."""
        self._until = until
        self._go.release()
        self._await()

    def kill(self) -> None:
        """It ends where it is; its connection is closed as the system closes a dead one's."""
        self._is_killed = True
        self._go.release()
        self._thread.join()

    def reach(self, moment: Moment) -> None:
        """In the thread itself: whether to go on here."""
        if self._until is moment:
            self.is_held = True
            self._hold()
            self.is_held = False

    def is_set(self) -> bool:
        """Asked before each step."""
        self._hold()
        return False

    def wait(self, timeout: float | None = None) -> bool:
        """Time passes between the steps only."""
        return False

    def _hold(self) -> None:
        self._done.release()
        self._go.acquire()
        if self._is_killed:
            raise Killed

    def _await(self) -> None:
        assert self._done.acquire(timeout=STUCK), f"{self.name} waits for something"
        if self._failure is not None:
            raise self._failure

    def _live(self) -> None:
        HERE.process = self
        self.connection = connections[self.mover.using]
        self.connection.inc_thread_sharing()
        try:
            self.mover.run(self)
        except Killed:
            pass
        except BaseException as failure:  # noqa: BLE001 -- raised again where its steps are taken
            self._failure = failure
        finally:
            self.connection.close()
            self._done.release()


@contextmanager
def steps_that_hold() -> Iterator[None]:
    """Steps can be held at each `Moment`; no heartbeat grows old by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequencer, "close_subtrees", _held(Moment.IN_BATCH, close_subtrees))
        patch.setattr(Checkpoints, "sign", _held(Moment.BEFORE_SIGNING, Checkpoints.sign))
        patch.setattr(checkpoints, "sign_note", _sign)
        patch.setattr(leadership, "STALE", 3600.0)
        yield


def _held(moment: Moment, act: Callable[P, R]) -> Callable[P, R]:
    def held(*args: P.args, **kwargs: P.kwargs) -> R:
        HERE.process.reach(moment)
        return act(*args, **kwargs)

    return held


def _sign(text: str, *signers: Signer) -> str:
    note = sign_note(text, *signers)
    HERE.process.signatures.append(Checkpoint.parse(text))
    HERE.process.reach(Moment.WHILE_SIGNING)
    return note
