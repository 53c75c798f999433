"""A ledger that a witness process has seen grow, an operator who attacks it, five who look."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.export import verify_taxbridge as verifier
from ledger.export.exporting import ExportRefused, export_to
from ledger.export.tile_writer import TileWriter, replace_file
from ledger.format.merkle import Frontier, leaf_hashes, root_of
from ledger.format.notes import Checkpoint, sign_note, signatures
from ledger.format.policy import Policy
from ledger.format.subtrees import WIDTH
from ledger.halts import SigningHalted
from ledger.proofs import consistency_between, note_at, receipt_of
from ledger.queries import entry as entry_of
from ledger.restore_safety import RestoreSafety
from ledger.spans import walk_span
from ledger.witnessing.asking import Line
from tests.ledger_attacks.own_ledger import OwnLedger
from tests.ledger_verifier.exports import LOG, body
from tests.witness.running import RunningWitness

SIZE, SIZES = 300, (100, 200, 300)
WITNESS = "regulator"
EDITED = 5  # its holder has a receipt from the time of size 100


@dataclass
class World:
    """Everything that an attack is made on, and everything outside the operator's reach."""

    ledger: OwnLedger
    witness: RunningWitness
    folder: Path
    began: datetime

    @property
    def policy(self) -> str:
        named = f"witness {WITNESS} {self.witness.cosigner} {self.witness.url}"
        return f"log {LOG.verifier}\n{named}\nquorum {WITNESS}\n"

    def body(self, seq: int, *, kind: str = "decision.recorded", days: int = 0) -> bytes:
        """Entry ``seq`` of the true history, or another version of it."""
        at = self.began + timedelta(milliseconds=seq, days=days)
        return body(seq, at=at, kind=kind)

    def bodies(self) -> list[bytes]:
        return [self.body(seq) for seq in range(SIZE)]

    def live(self) -> None:
        """The true history: written, signed, cosigned over HTTP; a receipt is handed out."""
        (self.folder / "policy").write_text(self.policy)
        self.ledger.write(self.bodies())
        for before, size in zip((0, *SIZES), SIZES, strict=False):
            self.ledger.sign(size)
            self.cosign(before, size)
        held = entry_of(EDITED, using=self.ledger.using)
        assert held is not None
        receipt = receipt_of(held.entry, using=self.ledger.using)
        assert receipt is not None
        (self.folder / "receipt").write_text(receipt.text())

    def cosign(self, before: int, size: int) -> None:
        """Bring a checkpoint before the witness, and keep its line."""
        found = consistency_between(before, size, using=self.ledger.using) if before else None
        note = note_at(size, using=self.ledger.using) or ""
        line = Line(self.witness.url)
        reply = line.add_checkpoint(old_size=before, proof=found.path if found else (), note=note)
        line.close()
        assert reply.status == 200, reply
        at = self.witness.cosigner.time_of(note + reply.text)
        with self.ledger.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger.cosignature VALUES (%s, %s, %s, to_timestamp(%s))",
                [size, WITNESS, reply.text, at],
            )
            cursor.execute("INSERT INTO ledger.witnessed (size) VALUES (%s)", [size])

    def shown(self) -> Path:
        """What the operator would show of the ledger as it is now, signed for the occasion."""
        folder, entries = self.folder / "shown", self.ledger.bodies()
        writer = TileWriter(folder)
        for start in range(0, len(entries), WIDTH):
            writer.add(entries[start : start + WIDTH])
        writer.finish()
        head = Checkpoint(LOG.name, len(entries), root_of(leaf_hashes(entries)))
        for size in SIZES:
            note = note_at(size, using=self.ledger.using)
            if note and size < head.size:
                replace_file(folder / "history" / str(size), note.encode())
        own = note_at(head.size, using=self.ledger.using)
        is_own = own is not None and signatures(own)[0] == head.text()
        note = own if own is not None and is_own else sign_note(head.text(), LOG)
        replace_file(folder / "checkpoint", note.encode())
        return folder


def chain(world: World) -> bool:
    """The stored hashes and links, with no checkpoint."""
    return walk_span(0, None, using=world.ledger.using).damage is not None


def signed_checkpoints(world: World) -> bool:
    """The newest checkpoint in the database: an export is refused."""
    try:
        export_to(world.folder / f"export-{time.monotonic_ns()}", using=world.ledger.using)
    except ExportRefused:
        return True
    return False


def witness_memory(world: World) -> bool:
    """What the witness's process answers when the sequencer starts: nothing more is signed."""
    policy, tree = Policy.parse(world.policy), Frontier()
    safety = RestoreSafety(LOG.name, lambda: policy)
    tree.extend(leaf_hashes(world.ledger.bodies()))
    safety.begin()
    with world.ledger.cursor() as cursor:
        try:
            while not safety.is_satisfied(cursor, tree):
                time.sleep(0.01)
        except SigningHalted:
            return True
    return False


def cosignature_times(world: World) -> bool:
    """The verifier's look at dates, whoever signed or cosigned the newest checkpoint."""
    trust = replace(verifier.parse_policy(world.policy.encode()), quorum="none")
    options = verifier.parser().parse_args(["log", "."])
    try:
        verifier.check_log(world.shown(), trust, options)
    except verifier.Finding as found:
        return found.code == "dated_elsewhen"
    return False


def holders_receipt(world: World) -> bool:
    """The receipt of entry 5 against what is shown."""
    code = verifier.main(
        [
            *("receipt", str(world.folder / "receipt"), "--policy", str(world.folder / "policy")),
            *("--log", str(world.shown()), "--json"),
        ]
    )
    assert code in {verifier.HOLDS, verifier.FAILS}
    return code == verifier.FAILS


LAYERS = (chain, signed_checkpoints, witness_memory, cosignature_times, holders_receipt)


def begin(ledger: OwnLedger, folder: Path) -> World:
    """A world whose witness runs; the caller kills it."""
    witness = RunningWitness(
        folder / "witness",
        "taxbridge.example/witness/regulator",
        f"log {LOG.verifier}\nquorum none\n",
    )
    witness.start()
    return World(ledger, witness, folder, datetime.now(UTC))


def catching(world: World) -> Sequence[str]:
    """The layers that notice."""
    return [layer.__name__ for layer in LAYERS if layer(world)]
