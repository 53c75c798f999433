"""Random histories of one ledger: appends, crashes, fail-overs, restores, keys, cosignatures."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import sequencer as sequencing
from ledger.checkpoints import Safety
from ledger.format.merkle import consistency_proof, root_of
from ledger.format.notes import Checkpoint
from ledger.format.policy import Policy, Witness
from ledger.key_rotation import RotationRefused, announce_key, finish_rotation
from ledger.keyring import KeyFiles
from ledger.queries import latest_checkpoint
from ledger.restore_safety import RestoreSafety
from ledger.sequencer import Sequencer
from ledger.signing_memory import SigningMemory
from portal.config.keys import KeyPair, make_keys
from portal.sandbox.witness.__main__ import new_key
from portal.sandbox.witness.server import monitoring_path
from portal.sandbox.witness.settings import Settings
from tests.ledger.facts import write
from tests.ledger_faults.dying import DyingSafety, kill_connection
from tests.ledger_faults.own_database import OwnDatabase
from tests.ledger_faults.test_restoring import stored_leaves
from tests.witness.conftest import NAME, Desk
from tests.witness.small_log import body

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
HISTORIES = int(os.environ.get("TAXBRIDGE_LEDGER_HISTORIES", "8"))
STEPS = 14
WHO = st.sampled_from(["first", "second"])


class Histories(RuleBasedStateMachine):
    """Two sequencers of one database take turns; a witness looks on.

    ``signed`` are the leaves of the largest tree that was ever signed, whatever was put back
    since: whoever has seen it must never see another history.
    """

    database: ClassVar[OwnDatabase]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.origin = f"histories.example/{uuid4()}"
        self.committed: set[UUID] = set()
        self.kept: set[UUID] | None = None
        self.signed: list[bytes] = []
        self.was_put_back = False
        self.sequencers: dict[str, Sequencer] = {}

    @initialize()
    def begin(self) -> None:
        """Fresh keys and a witness that knows no log but this one."""
        pair = KeyPair("Ed25519", "ledger/signing.pem", "public.json")
        list(make_keys(self.folder, [pair]))
        keyring = KeyFiles(self.origin, self.signing)
        with connections["sequencer"].cursor() as cursor:
            (signer,) = keyring(cursor)
            cursor.execute("SELECT coalesce(max(size), 0) FROM ledger.checkpoint")
            (self.others,) = cursor.fetchone()
        witness = Settings(NAME, *(self.folder / name for name in ("w.pem", "seen", "policy")))
        new_key(witness)
        line = f"witness w {witness.key().cosigner} http://w\n"
        policy = f"log {signer.verifier}\n{line}quorum w\n"
        witness.logs_file.write_text(policy, encoding="utf-8")
        self.desk = Desk(witness)
        for name in ("first", "second"):
            self.restart(name)

    @property
    def signing(self) -> Path:
        return self.folder / "ledger" / "signing.pem"

    @property
    def policy_file(self) -> Path:
        return self.folder / "policy"

    def policy(self) -> Policy:
        return Policy.parse(self.policy_file.read_text(encoding="utf-8"))

    @rule(who=WHO)
    def restart(self, who: str) -> None:
        self.sequencers[who] = self.new_sequencer(RestoreSafety)

    def new_sequencer(self, kind: type[RestoreSafety]) -> Sequencer:
        memory = SigningMemory(self.folder / "signed")
        safety: Safety = kind(self.origin, self.policy, memory, ask=self.ask)
        keyring = KeyFiles(self.origin, self.signing)
        return Sequencer(keyring, using="sequencer", safety=safety)

    def ask(self, _witness: Witness, origin: str) -> str | None:
        reply = self.desk.ask("GET", monitoring_path(origin))
        return reply.text if reply.status == 200 else None

    @rule(count=st.integers(1, 4))
    def append(self, count: int) -> None:
        self.committed |= {write() for _ in range(count)}

    @rule(who=WHO)
    def take_a_turn(self, who: str) -> None:
        is_signed = self.sequencers[who].drain(patience=5)
        assert is_signed or self.was_put_back

    @rule(who=WHO)
    def die_in_a_batch(self, who: str) -> None:
        self.append(2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sequencing, "close_subtrees", kill_connection)
            self.crash(self.sequencers[who])

    @rule(who=WHO)
    def die_while_signing(self, who: str) -> None:
        self.append(1)
        self.crash(self.new_sequencer(DyingSafety))
        self.restart(who)

    def crash(self, sequencer: Sequencer) -> None:
        try:
            sequencer.drain(patience=5)
        except OperationalError:
            connections["sequencer"].close()

    @rule()
    def cosign(self) -> None:
        """The witness is shown the newest checkpoint; after a restore it may well refuse."""
        self.look()
        note = latest_checkpoint()
        if note is None or not note.startswith(self.origin):
            return
        size = Checkpoint.parse(note.partition("\n\n")[0] + "\n").size
        old = self.ask(Witness("w", self.desk.cosigner), self.origin)
        old_size = int(old.split("\n")[1]) if old else 0
        leaves = stored_leaves()[:size]
        proof = consistency_proof(leaves, old_size) if 0 < old_size <= size else []
        status = self.desk.add(body(min(old_size, size), proof, note)).status
        assert status == 200 or self.was_put_back

    @rule(who=WHO, events=st.integers(1, 3))
    def back_up(self, who: str, events: int) -> None:
        """A backup, after which life goes on."""
        self.look()
        self.database.back_up()
        self.kept = set(self.committed)
        self.append(events)
        self.take_a_turn(who)

    @precondition(lambda self: self.kept is not None)
    @rule(who=WHO, events=st.integers(1, 3), is_new_process=st.booleans())
    def put_back(self, who: str, events: int, *, is_new_process: bool) -> None:
        """A restore, after which somebody tries to go on as if nothing were lost."""
        self.look()
        self.database.put_back()
        self.committed = set(self.kept or ())
        self.was_put_back = True
        if is_new_process:
            self.restart(who)
        self.append(events)
        self.take_a_turn(who)

    @rule()
    def announce(self) -> None:
        pinned = self.folder / "public.json"
        announce_key(
            self.signing,
            origin=self.origin,
            pinned=pinned,
            policy=self.policy_file,
            using="owner",
        )

    @rule()
    def finish(self) -> None:
        try:
            finish_rotation(self.signing, origin=self.origin, using="owner")
        except RotationRefused:
            return

    @invariant()
    def look(self) -> None:
        """No gap, loss or double; and every tree that was ever signed continues the others."""
        with connections["sequencer"].cursor() as cursor:
            cursor.execute("SELECT seq, event_id FROM ledger.entry ORDER BY seq")
            entries = cursor.fetchall()
            cursor.execute("SELECT event_id FROM ledger.outbox")
            waiting = {event_id for (event_id,) in cursor.fetchall()}
            cursor.execute(
                "SELECT size, root FROM ledger.checkpoint WHERE starts_with(note, %s)"
                " ORDER BY size",
                [self.origin],
            )
            signed = cursor.fetchall()
        chained = {event_id for _, event_id in entries}
        assert [seq for seq, _ in entries] == list(range(len(entries)))
        assert len(chained) == len(entries)
        assert self.committed <= chained | waiting
        assert chained.isdisjoint(waiting)
        leaves = stored_leaves()
        for size, root in signed:
            assert root_of(leaves[:size]) == bytes(root)
            shorter = min(size, len(self.signed))
            assert leaves[:shorter] == self.signed[:shorter], "another history was signed"
            self.signed = max(self.signed, leaves[:size], key=len)

    def teardown(self) -> None:
        """Without a restore, everything ends up signed."""
        if self.sequencers and not self.was_put_back:
            self.append(1)
            assert self.new_sequencer(RestoreSafety).drain(patience=5)
            self.look()
            assert len(self.signed) == len(stored_leaves())


@pytest.mark.slow
def test_no_history_is_signed_twice(database: OwnDatabase) -> None:
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
