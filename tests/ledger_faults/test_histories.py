"""Random histories of one ledger: appends, crashes, fail-overs, restores, keys, cosignatures."""

from __future__ import annotations

import os
from time import sleep
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import checkpoints
from ledger.format.merkle import consistency_proof
from ledger.format.notes import Checkpoint
from ledger.halts import HaltReason, latest_halt
from ledger.key_rotation import RotationRefused, announce_key, finish_rotation
from ledger.queries import latest_checkpoint
from tests.ledger.facts import write
from tests.ledger_faults.installation import NAMES, Installation
from tests.ledger_faults.observer import Observer
from tests.ledger_faults.own_database import OwnDatabase
from tests.ledger_faults.processes import Moment, Process, steps_that_hold
from tests.ledger_faults.test_restoring import stored_leaves
from tests.witness.small_log import body

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
HISTORIES = int(os.environ.get("TAXBRIDGE_LEDGER_HISTORIES", "4"))
STEPS = 14
WHO = st.sampled_from(NAMES)
FEW = st.integers(1, 3)
MOMENT = st.sampled_from([None, *Moment])
# How a leader that stands still loses its lead. A connection that is replaced behind its back
# leaves it nothing but the epoch to be stopped by; inside a transaction that can't happen.
LOSSES = [(moment, loss) for moment in [None, *Moment] for loss in ("ended", "stale")] + [
    (None, "replaced"),
    (Moment.BEFORE_SIGNING, "replaced"),
]


class Histories(RuleBasedStateMachine):
    """Three sequencers of one database, each with its own connection; a witness looks on.

    ``is_lost``: entries are gone that were signed, so nothing more may be signed.
    """

    database: ClassVar[OwnDatabase]

    def __init__(self) -> None:
        super().__init__()
        self.database.renew()
        self.here = Installation(self.database)
        self.observer = Observer(self.here)
        self.kept: set[UUID] | None = None
        self.is_lost = False

    @rule(count=st.integers(1, 4))
    def append(self, count: int) -> None:
        self.observer.committed |= {write() for _ in range(count)}

    @rule(who=WHO)
    def take_a_turn(self, who: str) -> None:
        process = self.here.processes[who]
        if process in self.here.asleep:
            self.wake(process)
        else:
            self.here.turn(process)

    @rule(who=WHO)
    def restart(self, who: str) -> None:
        process = self.here.processes[who]
        if process not in self.here.asleep:
            self.here.restart(process)

    @rule()
    def go_on(self) -> None:
        self.settle()

    def settle(self) -> Process:
        """All that waits is chained and, unless something is lost, signed; by whom."""
        leader = self.here.leading()
        self.here.work(leader, signs=not self.is_lost)
        return leader

    @precondition(lambda self: len(self.here.awake) > 1)
    @rule(moment=MOMENT)
    def die(self, moment: Moment | None) -> None:
        """The leader's process ends; a standby signs the same tree."""
        leader = self.stand_still(moment)
        standby = self.here.follower_of(leader)
        self.here.restart(leader)
        self.take_over(standby)

    @precondition(lambda self: len(self.here.awake) > 1)
    @rule(how=st.sampled_from(LOSSES), wakes=st.booleans())
    def overtake(self, how: tuple[Moment | None, str], *, wakes: bool) -> None:
        """The leader does nothing for a while, and another leads when it goes on."""
        moment, loss = how
        leader = self.stand_still(moment)
        standby = self.here.follower_of(leader)
        if loss == "ended":
            self.here.end_connection(leader)
        elif loss == "replaced":
            self.here.lose_connection(leader)
        self.append(1)
        self.take_over(standby)
        self.here.asleep.append(leader)
        if wakes:
            self.wake(leader)

    def stand_still(self, moment: Moment | None) -> Process:
        """The leader with a batch before it, or at ``moment`` of its step."""
        leader = self.settle()
        self.append(2)
        if moment is not None:
            self.here.turn(leader, until=moment)
            assert leader.is_held or self.is_lost
        return leader

    def take_over(self, standby: Process) -> None:
        self.here.let_lead(standby)
        self.here.work(standby, signs=not self.is_lost)

    def wake(self, process: Process) -> None:
        """It goes on as if it led, with something to write: it writes and signs nothing."""
        self.here.asleep.remove(process)
        self.append(1)
        self.look()
        before = self.here.stored()
        self.here.turn(process)
        if process.is_leading:  # there was nothing left to do in that step
            self.here.turn(process)
        assert not process.is_leading
        assert not self.here.signatures
        assert self.here.stored() == before

    def wake_all(self) -> None:
        for process in list(self.here.asleep):
            self.wake(process)

    @precondition(lambda self: not self.is_lost)
    @rule()
    def lead_cold(self) -> None:
        """Nobody has followed: a new process gives numbers, and signs when it has hashed all."""
        self.append(4)
        leader = self.settle()
        signed = self.here.state.signed
        cold = self.here.restart(leader)
        self.append(1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checkpoints, "CATCH_UP", signed // 4)
            for _ in range(4):
                self.here.turn(cold)
                sleep(0.005)
        assert cold.is_leading
        assert self.here.state[:3] == (signed + 1, signed, 0)
        self.here.work(cold, signs=True)

    @rule()
    def cosign(self) -> None:
        """The witness is shown the newest checkpoint; after a loss it may well refuse."""
        note = latest_checkpoint()
        if note is None or not note.startswith(self.here.origin):
            return
        size = Checkpoint.parse(note.partition("\n\n")[0] + "\n").size
        old_size, _ = self.observer.witnessed()
        leaves = stored_leaves()[:size]
        proof = consistency_proof(leaves, old_size) if 0 < old_size <= size else []
        status = self.here.desk.add(body(min(old_size, size), proof, note)).status
        assert status == 200 or self.is_lost

    @rule(events=FEW)
    def back_up(self, events: int) -> None:
        """A backup, after which life goes on."""
        self.wake_all()
        self.database.back_up()
        self.kept = set(self.observer.committed)
        self.append(events)
        self.settle()

    @precondition(lambda self: self.kept is not None)
    @rule(events=FEW, is_new_process=st.booleans())
    def put_back(self, events: int, *, is_new_process: bool) -> None:
        """A restore, after which somebody tries to go on as if nothing were lost."""
        goes_on = self.before_a_loss()
        before = self.here.state
        self.here.put_back()
        self.observer.committed = set(self.kept or ())
        after = self.here.state
        remembered = self.here.memory.last(self.here.origin)
        self.is_lost = remembered is not None and remembered.size > after.signed
        if is_new_process:
            goes_on = self.here.restart(goes_on)
        self.append(events)
        self.take_over(goes_on)
        if not is_new_process and after.signed < before.signed:
            self.check_halted({HaltReason.HISTORY_CHANGED})
        elif len(self.observer.signed) > after.entries:
            self.check_halted(set(HaltReason) - {HaltReason.MEMORY_UNREADABLE})

    @precondition(lambda self: not self.is_lost)
    @rule(last=FEW, events=st.integers(1, 4), is_overtaken=st.booleans())
    def cut(self, last: int, events: int, *, is_overtaken: bool) -> None:
        """A superuser takes signed entries away under those who know them."""
        self.append(last)
        standby = self.before_a_loss()
        leader = self.here.leading()
        self.observer.committed -= self.here.cut(last)
        self.is_lost = True
        self.append(events)
        if is_overtaken:
            self.here.end_connection(leader)
        self.take_over(standby if is_overtaken else leader)
        self.check_halted({HaltReason.HISTORY_CHANGED})

    def before_a_loss(self) -> Process:
        """A standby that has followed all that was signed."""
        self.wake_all()
        standby = self.here.follower_of(self.settle())
        self.look()
        return standby

    def check_halted(self, reasons: set[HaltReason]) -> None:
        """Numbers are given, nothing is signed, and it is said why."""
        assert not self.here.signatures
        halt = latest_halt()
        assert halt is not None
        assert halt.reason in reasons

    @rule()
    def announce(self) -> None:
        announce_key(
            self.here.signing,
            origin=self.here.origin,
            pinned=self.here.folder / "public.json",
            policy=self.here.policy_file,
            using="owner",
        )

    @rule()
    def finish(self) -> None:
        try:
            finish_rotation(self.here.signing, origin=self.here.origin, using="owner")
        except RotationRefused:
            return

    @invariant()
    def look(self) -> None:
        self.observer.look()

    def teardown(self) -> None:
        """Without a loss, everything ends up signed."""
        try:
            if not self.is_lost:
                self.append(1)
                self.settle()
                self.look()
                assert len(self.observer.signed) == len(stored_leaves())
        finally:
            self.here.end()


@pytest.mark.slow
def test_no_history_is_signed_twice(database: OwnDatabase) -> None:
    with steps_that_hold():
        run_state_machine_as_test(
            type("HistoriesHere", (Histories,), {"database": database}),
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=STEPS,
                derandomize=HISTORIES < 10,
                database=None,
                deadline=None,
                phases=[Phase.generate],  # a copy of a database is too dear to shrink with
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.slow
@pytest.mark.parametrize("keeps_signed", [False, True], ids=["all is cut", "checkpoints stay"])
@pytest.mark.parametrize("is_overtaken", [False, True], ids=["the same leads", "another leads"])
def test_a_leader_whose_entries_are_cut_signs_no_others(
    database: OwnDatabase,
    monkeypatch: pytest.MonkeyPatch,
    *,
    keeps_signed: bool,
    is_overtaken: bool,
) -> None:
    """They grow again in one batch, past what was signed: it never sees a smaller ledger."""
    with steps_that_hold():
        history = type("HistoryHere", (Histories,), {"database": database})()
        try:
            history.append(5)
            standby, leader = history.before_a_loss(), history.here.leading()
            history.here.cut(2, keeps_signed=keeps_signed)
            history.is_lost = True
            history.append(4)
            if is_overtaken:
                history.here.end_connection(leader)
            monkeypatch.setattr(checkpoints, "CATCH_UP", 2)
            leads = standby if is_overtaken else leader
            history.take_over(leads)
            for _ in range(3):  # five entries are hashed again, two in a step
                history.here.turn(leads)
            history.check_halted({HaltReason.HISTORY_CHANGED})
        finally:
            history.teardown()
