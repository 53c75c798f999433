"""Sequencers, clients and PostgreSQL end at random instants, while clients write."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import LiteralString
from uuid import UUID

import pytest

from ledger.format.chain import START, links_after
from ledger.format.merkle import Frontier, leaf_hashes
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, open_note
from portal.config.keys import KeyPair, make_keys
from portal.embedded import testservers
from portal.embedded.launch import ROOT
from tests.ledger_faults.own_cluster import OwnCluster

ORIGIN = "killed.example/ledger"
VICTIMS = ("leader", "writer", "database", "standby", "leader", "database")
SIGNED = "SELECT count(*) > 3 FROM ledger.checkpoint"
SETTLED = """
SELECT NOT EXISTS (SELECT FROM ledger.outbox)
  AND (SELECT max(seq) + 1 FROM ledger.entry) = (SELECT max(size) FROM ledger.checkpoint)
"""


@dataclass
class Scene:
    """Two sequencers, two clients, a database; whatever is killed is started again."""

    folder: Path
    cluster: OwnCluster
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        if name.startswith("sequencer"):
            command = ["manage.py", "sequence_ledger", "--name", name]
        else:
            command = ["-m", "tests.ledger_faults.writer", str(self.folder / "written")]
        with (self.folder / "log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=self._environment(name), stderr=log
            )

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    def strike(self, victim: str) -> None:
        """End one of them without a word, and start it again."""
        if victim == "database":
            self.cluster.crash()
            return
        name = "writer-1" if victim == "writer" else self._sequencer(leads=victim == "leader")
        self.kill(name)
        self.start(name)

    def _sequencer(self, *, leads: bool) -> str:
        with self.cluster.connect() as admin:
            row = admin.execute("SELECT holder FROM ledger.leader").fetchone()
        leader = row[0].split(" ")[0] if row and row[0] else "sequencer-1"
        other = "sequencer-2" if leader == "sequencer-1" else "sequencer-1"
        return leader if leads else other

    def _environment(self, name: str) -> dict[str, str]:
        is_sequencer = name.startswith("sequencer")
        return {
            **os.environ,
            **self.cluster.environment(),
            "DJANGO_SETTINGS_MODULE": "portal.config.settings.test",
            "TAXBRIDGE_ROLE": "sequencer" if is_sequencer else "web",
            "TAXBRIDGE_LEDGER_ORIGIN": ORIGIN,
            "TAXBRIDGE_LEDGER_KEY": str(self.folder / "ledger" / "signing.pem"),
            "TAXBRIDGE_LEDGER_PUBLIC_KEYS": str(self.folder / "public.json"),
            "TAXBRIDGE_LEDGER_POLICY": str(self.folder / "none"),
        }


@pytest.fixture
def scene(django_db_setup: None, tmp_path: Path) -> Iterator[Scene]:
    if not testservers.settle().is_embedded:
        pytest.skip("A server that isn't ours can't be copied.")
    list(make_keys(tmp_path, [KeyPair("Ed25519", "ledger/signing.pem", "public.json")]))
    (tmp_path / "pg").mkdir()
    with ExitStack() as stack:
        scene = Scene(tmp_path, OwnCluster(tmp_path / "pg"))
        stack.callback(scene.cluster.stop)
        for name in ("sequencer-1", "sequencer-2", "writer-1", "writer-2"):
            scene.start(name)
            stack.callback(scene.kill, name)
        yield scene


@pytest.fixture
def rounds() -> int:
    """TAXBRIDGE_LEDGER_FAULT_ROUNDS, set by `make ledger-faults`; each victim once otherwise."""
    return int(os.environ.get("TAXBRIDGE_LEDGER_FAULT_ROUNDS", "6"))


def wait_until(scene: Scene, answer: LiteralString) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with scene.cluster.connect() as admin:
            row = admin.execute(answer).fetchone()
            if row and row[0]:
                return
        time.sleep(0.2)
    raise AssertionError((scene.folder / "log").read_text(encoding="utf-8")[-4000:])


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_signed_twice(scene: Scene, rounds: int) -> None:
    chance = random.Random(20261122)
    wait_until(scene, SIGNED)
    for victim in islice(cycle(VICTIMS), rounds):
        time.sleep(chance.uniform(0.2, 1.0))
        scene.strike(victim)
    time.sleep(1)
    for name in ("writer-1", "writer-2"):
        scene.kill(name)
    wait_until(scene, SETTLED)
    check_ledger(scene)


def check_ledger(scene: Scene) -> None:
    with scene.cluster.connect() as admin:
        entries = admin.execute(
            "SELECT seq, event_id, body, chain_hash FROM ledger.entry ORDER BY seq"
        ).fetchall()
        signed = admin.execute("SELECT size, root, note FROM ledger.checkpoint").fetchall()
    numbers, event_ids, bodies, links = zip(*entries, strict=True)
    lines = (scene.folder / "written").read_text(encoding="ascii").splitlines()
    committed = {UUID(line[1:]) for line in lines if line[0] == "+"}
    assert len(committed) > 100
    assert list(numbers) == list(range(len(entries))), "a gap"
    assert committed <= set(event_ids), "an event was lost"
    assert len(set(event_ids)) == len(event_ids), "an event was doubled"
    assert {UUID(line[1:]) for line in lines if line[0] == "-"}.isdisjoint(event_ids)
    assert list(links) == links_after(START, leaf_hashes(bodies))
    check_checkpoints(scene, bodies, {size: (root, note) for size, root, note in signed})


def check_checkpoints(
    scene: Scene, bodies: tuple[bytes, ...], signed: dict[int, tuple[bytes, str]]
) -> None:
    """Each is over a prefix of the entries as they are now."""
    pem = (scene.folder / "ledger" / "signing.pem").read_bytes()
    verifier = Signer.from_pem(ORIGIN, pem).verifier
    tree = Frontier()
    for leaf in leaf_hashes(bodies):
        tree.append(leaf)
        if tree.size in signed:
            root, note = signed.pop(tree.size)
            assert root == tree.root()
            assert open_note(note, verifier) == Checkpoint(ORIGIN, tree.size, root).text()
    assert not signed, "a checkpoint over entries that are not there"
