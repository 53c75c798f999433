"""Exports made without a database: a log, its witnesses, and the folder that an auditor gets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.export import verify_taxbridge as verifier
from ledger.export.tile_writer import TileWriter, replace_file
from ledger.format.cosignatures import CosigningKey
from ledger.format.event import Event
from ledger.format.merkle import inclusion_proof, leaf_hash, leaf_hashes, root_of
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, add_lines, sign_note
from ledger.format.receipt import Receipt
from ledger.format.subtrees import WIDTH


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))


LOG = Signer("taxbridge.example/ledger", key(1))
WITNESSES = {
    name: CosigningKey(f"taxbridge.example/witness/{name}", key(number))
    for number, name in enumerate(("regulator", "bank-a", "bank-b"), start=2)
}
START = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
POLICY = "".join(
    [
        f"log {LOG.verifier}\n",
        *(f"witness {name} {witness.cosigner}\n" for name, witness in WITNESSES.items()),
        "group banks any bank-a bank-b\n",
        "group outsiders all regulator banks\n",
        "quorum outsiders\n",
    ]
)


def instant(seq: int) -> datetime:
    """When entry ``seq`` was written: one a second."""
    return START + timedelta(seconds=seq)


def body(seq: int, *, at: datetime | None = None, **changes: Any) -> bytes:
    """The event of entry ``seq``, the same in every run."""
    chance = Random(seq)
    fields: dict[str, Any] = {
        "event_id": UUID(int=chance.getrandbits(128)),
        "at": at or instant(seq),
        "kind": "decision.recorded",
        "actor": f"person:{UUID(int=chance.getrandbits(128))}",
        "subject": f"application:{UUID(int=chance.getrandbits(128))}",
        "payload": {"band": "B", "outcome": "approve", "score": chance.randrange(300, 850)},
    }
    return Event(**{**fields, **changes}).encode()


def bodies(size: int) -> list[bytes]:
    return [body(seq) for seq in range(size)]


def checkpoint(
    entries: Sequence[bytes], *, witnesses: Sequence[str] = ("regulator", "bank-a"), late: int = 2
) -> str:
    """The signed and cosigned head of these entries, seen ``late`` seconds after the last."""
    text = Checkpoint(LOG.name, len(entries), root_of(leaf_hashes(entries))).text()
    at = int(instant(len(entries)).timestamp()) + late
    lines = [WITNESSES[name].line(text, at=at) for name in witnesses]
    return add_lines(sign_note(text, LOG), lines)


def write_export(
    folder: Path,
    entries: Sequence[bytes],
    *,
    history: Sequence[int] = (),
    note: Callable[[Sequence[bytes]], str] = checkpoint,
) -> Path:
    """An export of these entries with older checkpoints of the sizes in ``history``."""
    writer = TileWriter(folder)
    for start in range(0, len(entries), WIDTH):
        writer.add(entries[start : start + WIDTH])
    assert writer.finish() == root_of(leaf_hashes(entries))
    for size in history:
        replace_file(folder / "history" / str(size), note(entries[:size]).encode())
    replace_file(folder / "checkpoint", note(entries).encode())
    replace_file(folder / "policy", POLICY.encode())
    replace_file(folder / "keys" / "log", f"{LOG.verifier}\n".encode())
    return folder


def receipt(entries: Sequence[bytes], seq: int) -> str:
    """The receipt of one entry as its party gets it."""
    proof = inclusion_proof([leaf_hash(entry) for entry in entries], seq)
    return Receipt(seq, entries[seq], tuple(proof), checkpoint(entries)).text()


def policy_file(folder: Path) -> Path:
    """The policy as somebody other than the operator hands it out."""
    path = folder / "policy-from-the-regulator"
    path.write_text(POLICY)
    return path


def run(capsys: Any, *arguments: object) -> tuple[int, Mapping[str, Any]]:
    """The verifier's exit code and what it says as JSON."""
    code = verifier.main([str(argument) for argument in (*arguments, "--json")])
    said = json.loads(capsys.readouterr().out)
    assert said["exit"] == code
    return code, said
