"""The check of everything: silent about an honest ledger, and each table's damage named."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import spans
from ledger.format.cosignatures import CosigningKey
from ledger.format.note_keys import Signer
from ledger.format.notes import signatures
from ledger.format.subtrees import WIDTH
from ledger.fsck import check_everything
from ledger.proofs import note_at
from ledger.spans import Damage, Problem
from ledger.standing import heads
from tests.ledger.facts import drain, write
from tests.ledger.test_subtrees import filled

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

WITNESS = CosigningKey("w.example/one", Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)))
ADD_LINE = "INSERT INTO ledger.cosignature VALUES (%s, 'one', %s, to_timestamp(%s))"
AT = 1_800_000_000


@pytest.fixture
def policy(signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One witness is enough."""
    path = tmp_path / "policy"
    path.write_text(
        f"log {signer.verifier}\nwitness one {WITNESS.cosigner}\nquorum one\n", encoding="utf-8"
    )
    monkeypatch.setenv("TAXBRIDGE_LEDGER_POLICY", str(path))


@pytest.fixture
def size(signer: Signer, policy: None) -> int:
    """Of a ledger of more than two tiles whose newest checkpoint is witnessed."""
    filled(signer)
    write()
    drain(signer)
    found = heads().signed
    note = note_at(found)
    assert note is not None
    text, _ = signatures(note)
    with connections["sequencer"].cursor() as cursor:
        cursor.execute(ADD_LINE, [found, WITNESS.line(text, at=AT), AT])
        cursor.execute("INSERT INTO ledger.witnessed (size) VALUES (%s)", [found])
    return found


@pytest.fixture
def superuser(administrator: str, size: int) -> Iterator[CursorWrapper]:
    """In a transaction that is rolled back, with nothing in the way."""
    tables = ("entry", "checkpoint", "node", "cosignature", "witnessed")
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER append_only")
        yield cursor
        transaction.set_rollback(True, using=administrator)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("length", [WIDTH, spans.LENGTH])
def test_an_honest_ledger_holds(
    size: int, processes: int, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "LENGTH", length)
    drain()
    report = check_everything(processes=processes)
    assert report.damages == []
    assert report.entries >= size > 2 * WIDTH
    assert report.witnessed >= 1
    assert report.checkpoints >= 2


FLIPPED = "set_byte({0}, 5, get_byte({0}, 5) # 1)"
ATTACKS = {
    "body": (
        f"UPDATE ledger.entry SET body = {FLIPPED.format('body')} WHERE seq = 300",
        Damage(Problem.BODY_CHANGED, 300),
    ),
    "first of a span": (
        f"UPDATE ledger.entry SET chain_hash = {FLIPPED.format('chain_hash')} WHERE seq = 256",
        Damage(Problem.LINK_CHANGED, 256),
    ),
    "last of a span": (
        f"UPDATE ledger.entry SET chain_hash = {FLIPPED.format('chain_hash')} WHERE seq = 255",
        Damage(Problem.LINK_CHANGED, 255),
    ),
    "gap at a span's end": (
        "DELETE FROM ledger.entry WHERE seq IN (254, 255)",
        Damage(Problem.ENTRY_MISSING, 254),
    ),
    "node": (
        f"UPDATE ledger.node SET hash = {FLIPPED.format('hash')} WHERE level = 1 AND index = 1",
        Damage(Problem.NODE_CHANGED, 256),
    ),
    "node too many": (
        "INSERT INTO ledger.node SELECT 2, 7, hash FROM ledger.node LIMIT 1",
        Damage(Problem.NODE_CHANGED, None),
    ),
    "root": (
        f"UPDATE ledger.checkpoint SET root = {FLIPPED.format('root')} WHERE size = %(size)s",
        Damage(Problem.ROOT_CHANGED, -1),
    ),
    "note": (
        "UPDATE ledger.checkpoint SET note = replace(note, '— ', '— x') WHERE size = %(size)s",
        Damage(Problem.CHECKPOINT_CHANGED, -1),
    ),
    "another's note": (
        """UPDATE ledger.checkpoint SET note = (SELECT note FROM ledger.checkpoint
        WHERE size < %(size)s ORDER BY size DESC LIMIT 1) WHERE size = %(size)s""",
        Damage(Problem.CHECKPOINT_CHANGED, -1),
    ),
    "line": (
        "UPDATE ledger.cosignature SET line = 'x' WHERE size = %(size)s",
        Damage(Problem.COSIGNATURE_CHANGED, -1),
    ),
    "time": (
        "UPDATE ledger.cosignature SET cosigned_at = now() WHERE size = %(size)s",
        Damage(Problem.COSIGNATURE_CHANGED, -1),
    ),
    "line lost": (
        "DELETE FROM ledger.cosignature WHERE size = %(size)s",
        Damage(Problem.QUORUM_MISSING, -1),
    ),
    "checkpoint lost": (
        "DELETE FROM ledger.checkpoint WHERE size = %(size)s",
        Damage(Problem.CHECKPOINT_MISSING, -1),
    ),
    "tail cut": (
        "DELETE FROM ledger.entry WHERE seq >= %(size)s - 2",
        Damage(Problem.TAIL_MISSING, -2),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_damage_is_named(
    superuser: CursorWrapper,
    administrator: str,
    size: int,
    attack: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A negative place counts from the newest checkpoint."""
    monkeypatch.setattr(spans, "LENGTH", WIDTH)
    statement, damage = ATTACKS[attack]
    superuser.execute(statement, {"size": size})
    place = damage.seq if damage.seq is None or damage.seq >= 0 else size + damage.seq
    found = check_everything(using=administrator).damages
    assert found[0] == Damage(damage.problem, place)


def test_the_command_says_so_and_ends_with_0(size: int) -> None:
    drain()
    output = StringIO()
    call_command("ledger_fsck", processes=1, stdout=output)
    assert "checkpoints hold" in output.getvalue()


def test_the_command_names_the_entry_and_ends_with_1(
    superuser: CursorWrapper, administrator: str
) -> None:
    superuser.execute(ATTACKS["body"][0])
    output = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("ledger_fsck", processes=1, database=administrator, stdout=output)
    assert ended.value.returncode == 1
    assert "Entry 300 was changed" in output.getvalue()


def test_a_policy_that_cannot_be_read_ends_with_2(policy: None, tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("quorum nobody\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Line 1") as ended:
        call_command("ledger_fsck", processes=1, stdout=StringIO())
    assert ended.value.returncode == 2
