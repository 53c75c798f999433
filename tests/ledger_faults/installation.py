"""One ledger with its sequencers, its witness and its keys; somebody else decides who moves."""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path
from time import sleep
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db import connections

from ledger import leadership
from ledger.format.notes import Checkpoint
from ledger.format.policy import Policy, Witness
from ledger.keyring import KeyFiles
from ledger.restore_safety import RestoreSafety
from ledger.sequencer import Sequencer
from ledger.signing_memory import SigningMemory
from portal.config.keys import KeyPair, make_keys
from portal.sandbox.witness.__main__ import new_key
from portal.sandbox.witness.server import monitoring_path
from portal.sandbox.witness.settings import Settings
from tests.ledger_faults.own_database import OwnDatabase
from tests.ledger_faults.processes import Moment, Process
from tests.witness.conftest import NAME, Desk

NAMES = ("first", "second", "third")
TRIES = 400
STORED = """
SELECT (SELECT count(*) FROM ledger.entry),
  (SELECT coalesce(max(size), 0) FROM ledger.checkpoint),
  (SELECT count(*) FROM ledger.outbox), epoch, coalesce(holder, '')
FROM ledger.leader
"""


class Stored(NamedTuple):
    """What the database says."""

    entries: int
    signed: int
    waiting: int
    epoch: int
    holder: str


class Installation:
    """Fresh keys, a witness that knows no log but this one, and sequencers that have just begun.

    ``asleep`` are those whose lead was taken from them and who don't know it yet; ``signatures``
    are the checkpoints signed since somebody looked.
    """

    def __init__(self, database: OwnDatabase) -> None:
        self.database = database
        self.folder = Path(tempfile.mkdtemp())
        self.origin = f"histories.example/{uuid4()}"
        self.memory = SigningMemory(self.folder / "signed")
        self.processes: dict[str, Process] = {}
        self.asleep: list[Process] = []
        self.signatures: list[Checkpoint] = []
        self._numbers = count()
        self._writers: dict[int, str] = {}
        list(make_keys(self.folder, [KeyPair("Ed25519", "ledger/signing.pem", "public.json")]))
        self._keyring = KeyFiles(self.origin, self.signing)
        self.desk = self._new_desk()
        self.state = self.stored()
        for name in NAMES:
            self._start(name)

    @property
    def signing(self) -> Path:
        return self.folder / "ledger" / "signing.pem"

    @property
    def policy_file(self) -> Path:
        return self.folder / "policy"

    @property
    def awake(self) -> list[Process]:
        return [one for one in self.processes.values() if one not in self.asleep]

    def stored(self) -> Stored:
        with connections["sequencer"].cursor() as cursor:
            cursor.execute(STORED)
            return Stored(*cursor.fetchone())

    def ask(self, _witness: Witness, origin: str) -> str | None:
        reply = self.desk.ask("GET", monitoring_path(origin))
        return reply.text if reply.status == 200 else None

    def turn(self, process: Process, *, until: Moment | None = None) -> None:
        """One step; what changed by it was written by nobody else in its epoch."""
        process.step(until=until)
        now = self.stored()
        if now[:2] != self.state[:2]:
            assert now.holder.startswith(f"{process.name} "), "written under another's lead"
            assert self._writers.setdefault(now.epoch, process.name) == process.name
        self.state = now

    def leading(self) -> Process:
        """Who leads; if nobody does, the first who can."""
        for _ in range(TRIES):
            for process in self.awake:
                self.turn(process)
                if process.is_leading:
                    return process
            sleep(0.005)
        raise AssertionError("nobody leads")

    def follower_of(self, leader: Process) -> Process:
        """A standby that knows the newest checkpoint."""
        standby = next(one for one in self.awake if one is not leader)
        for _ in range(2):  # the first may only find that its connection is gone
            self.turn(standby)
        return standby

    def let_lead(self, process: Process) -> None:
        """It takes the lead, and ends the connection of one that keeps it and does nothing."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(leadership, "STALE", 0.0)
            for _ in range(TRIES):
                self.turn(process)
                if process.is_leading:
                    return
                sleep(0.005)
        raise AssertionError(f"{process.name} does not take the lead")

    def work(self, leader: Process, *, signs: bool) -> None:
        """Until everything has a number and, with ``signs``, a signature."""
        for _ in range(TRIES):
            self.turn(leader)
            entries, signed, waiting = self.state[:3]
            if not waiting and (signed == entries or not signs):
                return
            sleep(0.005)
        raise AssertionError(f"{leader.name} leaves {self.state}")

    def end_connection(self, process: Process) -> None:
        """The server ends it, and the process sees nothing of that until it speaks."""
        self._end_backend(process.backend)

    def lose_connection(self, process: Process) -> None:
        """Behind its back the next statement gets a new one, as from a pooler."""
        backend = process.backend
        process.connection.close()
        self._end_backend(backend)

    def restart(self, process: Process) -> Process:
        """Killed, and a new one in its place, which remembers nothing."""
        backend = process.backend
        process.kill()
        self._end_backend(backend)
        (name,) = [name for name, one in self.processes.items() if one is process]
        del self.processes[name]
        return self._start(name)

    def put_back(self) -> None:
        self.database.put_back()
        self.state = self.stored()
        self._writers.clear()  # epochs are counted again

    def cut(self, last: int, *, keeps_signed: bool = False) -> set[UUID]:
        gone = self.database.cut(last, keeps_signed=keeps_signed)
        self.state = self.stored()
        return gone

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()

    def _end_backend(self, backend: int) -> None:
        with connections["sequencer"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

    def _start(self, name: str) -> Process:
        safety = RestoreSafety(self.origin, self._policy, self.memory, ask=self.ask)
        process = Process(
            Sequencer(
                self._keyring,
                using="sequencer",
                safety=safety,
                name=f"{name}-{next(self._numbers)}",
            ),
            self.signatures,
        )
        self.processes[name] = process
        return process

    def _policy(self) -> Policy:
        return Policy.parse(self.policy_file.read_text(encoding="utf-8"))

    def _new_desk(self) -> Desk:
        with connections["sequencer"].cursor() as cursor:
            (signer,) = self._keyring(cursor)
        witness = Settings(NAME, *(self.folder / name for name in ("w.pem", "seen", "policy")))
        new_key(witness)
        line = f"witness w {witness.key().cosigner} http://w\n"
        policy = f"log {signer.verifier}\n{line}quorum w\n"
        witness.logs_file.write_text(policy, encoding="utf-8")
        return Desk(witness)
