"""The restore drill: a database put back to before is noticed, whatever became of it since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from ledger.format.merkle import consistency_proof
from ledger.format.note_keys import NoteRefused, Signer
from ledger.format.notes import Checkpoint, open_note
from ledger.format.policy import Policy
from ledger.halts import HaltReason, latest_halt
from ledger.queries import latest_checkpoint, pending_count
from ledger.restore_safety import RestoreSafety
from ledger.sequencer import Sequencer
from ledger.signing_memory import SigningMemory
from ledger.witnessing.asking import newest_at
from tests.ledger.facts import drain, write
from tests.ledger_faults.own_database import OwnDatabase
from tests.witness.running import RunningWitness
from tests.witness.small_log import body

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@dataclass(frozen=True)
class Drill:
    """A ledger, its witness in a process of its own, and a file beside the key."""

    signer: Signer
    witness: RunningWitness
    memory: SigningMemory

    @property
    def policy(self) -> Policy:
        return Policy.parse(
            f"log {self.signer.verifier}\n"
            f"witness regulator {self.witness.cosigner} {self.witness.url}\nquorum regulator\n"
        )

    def sequencer(self, *, witnesses: bool = True, memory: bool = True) -> Sequencer:
        """One that has just been started."""
        none = Policy(logs=[self.signer.verifier], quorum="none")
        safety = RestoreSafety(
            self.signer.name,
            lambda: self.policy if witnesses else none,
            self.memory if memory else None,
        )
        return Sequencer(self.signer, using="sequencer", safety=safety)

    def sign(self, *, events: int) -> None:
        """Write events, chain, sign; the witness cosigns."""
        for _ in range(events):
            write()
        assert self.sequencer().drain(patience=10)
        self.cosign()

    def cosign(self) -> None:
        """The witness sees the newest checkpoint, with the proof from the last one it saw."""
        note = latest_checkpoint()
        assert note is not None
        old = newest_at(self.policy.witnesses["regulator"], self.signer.name)
        old_size = 0 if old is None else self.policy.opened(old).checkpoint.size
        proof = consistency_proof(stored_leaves(), old_size) if old_size else []
        status, text = self.witness.ask("POST", "/add-checkpoint", body(old_size, proof, note))
        assert status == HTTPStatus.OK, text


def stored_leaves() -> list[bytes]:
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT leaf_hash FROM ledger.entry ORDER BY seq")
        return [bytes(leaf) for (leaf,) in cursor.fetchall()]


@pytest.fixture
def drill(database: OwnDatabase, signer: Signer, tmp_path: Path) -> Iterator[Drill]:
    logs = f"log {signer.verifier}\nquorum none\n"
    witness = RunningWitness(tmp_path / "w", "witness.example/regulator", logs)
    witness.start()
    yield Drill(signer, witness, SigningMemory(tmp_path / "signed"))
    witness.kill()


def check_halted(sequencer: Sequencer, reason: HaltReason, size: int) -> None:
    """It chains, signs nothing and says why."""
    signed = latest_checkpoint()
    write()
    assert not sequencer.drain(patience=10)
    assert latest_checkpoint() == signed
    assert pending_count() == 0, "events go on being chained"
    halt = latest_halt()
    assert halt is not None
    assert (halt.reason, halt.size) == (reason, size)


def test_an_old_backup_is_not_signed(drill: Drill, database: OwnDatabase) -> None:
    drill.sign(events=5)
    database.back_up()
    drill.sign(events=5)
    warm = drill.sequencer()
    write()
    assert warm.drain(patience=10)
    drill.cosign()
    database.put_back()
    check_halted(drill.sequencer(memory=False), HaltReason.WITNESS_LARGER, 11)
    check_halted(drill.sequencer(witnesses=False), HaltReason.MEMORY_LARGER, 11)
    check_halted(warm, HaltReason.HISTORY_CHANGED, 11)


def test_a_fork_is_not_signed_and_with_nobody_asked_it_would_be(
    drill: Drill, database: OwnDatabase
) -> None:
    drill.sign(events=5)
    database.back_up()
    drill.sign(events=3)
    database.put_back()
    for _ in range(2):
        write()
    drain()
    for _ in ("of the same size", "larger"):
        check_halted(drill.sequencer(memory=False), HaltReason.WITNESS_FORKED, 8)
        check_halted(drill.sequencer(witnesses=False), HaltReason.MEMORY_FORKED, 8)
    assert drill.sequencer(witnesses=False, memory=False).drain(patience=10)
    assert latest_halt() is None


def test_signing_waits_for_a_silent_quorum(drill: Drill) -> None:
    drill.sign(events=2)
    drill.witness.kill()
    signed = latest_checkpoint()
    write()
    mover = drill.sequencer()
    assert not mover.drain(patience=1)
    assert latest_checkpoint() == signed
    assert pending_count() == 0, "events go on being chained"
    assert latest_halt() is None
    drill.witness.start()
    assert mover.drain(patience=10)
    assert latest_checkpoint() != signed


class Dying(RestoreSafety):
    """The process ends between the file and the commit."""

    def remember(self, checkpoint: Checkpoint) -> None:
        super().remember(checkpoint)
        raise OperationalError


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"another.example/log\n0\n\n"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "signed").write_bytes(content)
    with pytest.raises(NoteRefused):
        SigningMemory(tmp_path / "signed").last("taxbridge.example/ledger")


def test_the_file_is_never_ahead_of_the_entries(drill: Drill) -> None:
    write()
    policy = Policy(logs=[drill.signer.verifier], quorum="none")
    dying = Dying(drill.signer.name, lambda: policy, drill.memory)
    with pytest.raises(OperationalError):
        Sequencer(drill.signer, using="sequencer", safety=dying).drain(patience=10)
    assert latest_checkpoint() is None
    remembered = drill.memory.last(drill.signer.name)
    assert drill.sequencer().drain(patience=10)
    note = latest_checkpoint()
    assert note is not None
    assert Checkpoint.parse(open_note(note, drill.signer.verifier)) == remembered
