"""The superuser tampers inside a transaction, the check names the entry, all is rolled back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import queries, stored
from ledger.check_words import PROBLEMS, check_sentence
from ledger.format.merkle import leaf_hash
from ledger.format.note_keys import NoteRefused, Signer
from ledger.sequencer import Sequencer
from ledger.spans import Problem
from ledger.verification import ChainCheck, check_and_store, check_chain
from tests.ledger.facts import drain, write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ENTRIES = 12


@pytest.fixture(autouse=True)
def _some_entries() -> None:
    for _ in range(ENTRIES):
        write()
    drain()


@contextmanager
def tampering(administrator: str) -> Iterator[CursorWrapper]:
    """What a superuser can do: switch the triggers off, and drop what stands in the way."""
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        for table in ("entry", "checkpoint"):
            cursor.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER append_only")
        yield cursor
        transaction.set_rollback(True, using=administrator)


def newest_seq() -> int:
    newest = queries.newest()
    assert newest is not None
    return newest.seq


def check_after(administrator: str, statement: str, seq: int) -> ChainCheck:
    with tampering(administrator) as cursor:
        cursor.execute(statement, {"seq": seq})
        return check_chain(administrator)


FLIP = (
    "UPDATE ledger.entry SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE seq = %(seq)s"
)
FLIP_AND_REHASH = """
UPDATE ledger.entry SET body = changed, leaf_hash = sha256('\\x00' || changed)
FROM (SELECT set_byte(body, 20, get_byte(body, 20) # 1) AS changed
      FROM ledger.entry WHERE seq = %(seq)s) AS other
WHERE seq = %(seq)s
"""
LEAF = "UPDATE ledger.entry SET leaf_hash = sha256('x') WHERE seq = %(seq)s"
LINK = "UPDATE ledger.entry SET chain_hash = sha256('x') WHERE seq = %(seq)s"
SHORT = """
ALTER TABLE ledger.entry DROP CONSTRAINT entry_leaf_hash_check;
UPDATE ledger.entry SET leaf_hash = 'x' WHERE seq = %(seq)s
"""
EVENT_ID = "UPDATE ledger.entry SET event_id = gen_random_uuid() WHERE seq = %(seq)s"
DELETE = "DELETE FROM ledger.entry WHERE seq = %(seq)s"
SWAP = """
UPDATE ledger.entry SET seq = seq + 1000000 WHERE seq IN (%(seq)s, %(seq)s + 1);
UPDATE ledger.entry SET seq = 2 * %(seq)s + 1 + 1000000 - seq WHERE seq > 999999 + %(seq)s
"""
REPEAT = """
ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey;
ALTER TABLE ledger.entry DROP CONSTRAINT entry_event_once;
INSERT INTO ledger.entry SELECT * FROM ledger.entry WHERE seq = %(seq)s - 1
"""
INSERTED = """
UPDATE ledger.entry SET seq = seq + 1000000 WHERE seq >= %(seq)s;
UPDATE ledger.entry SET seq = seq - 999999 WHERE seq >= 1000000;
INSERT INTO ledger.entry SELECT %(seq)s, gen_random_uuid(), body, leaf_hash, chain_hash
FROM ledger.entry WHERE seq = %(seq)s - 1
"""


ATTACKS = {
    "body": (FLIP, Problem.BODY_CHANGED),
    "body and leaf": (FLIP_AND_REHASH, Problem.LINK_CHANGED),
    "leaf": (LEAF, Problem.BODY_CHANGED),
    "link": (LINK, Problem.LINK_CHANGED),
    "length of a hash": (SHORT, Problem.ENTRY_MISSING),
    "event id": (EVENT_ID, Problem.EVENT_ID_CHANGED),
    "deleted": (DELETE, Problem.ENTRY_MISSING),
    "swapped": (SWAP, Problem.LINK_CHANGED),
    "repeated": (REPEAT, Problem.ENTRY_REPEATED),
    "inserted": (INSERTED, Problem.LINK_CHANGED),
}


@pytest.mark.parametrize(("attack", "problem"), ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("block", [3, 256])
def test_each_attack_is_named_at_its_entry(
    administrator: str,
    monkeypatch: pytest.MonkeyPatch,
    attack: str,
    problem: Problem,
    block: int,
) -> None:
    monkeypatch.setattr(stored, "BLOCK", block)
    seq = newest_seq() - 5
    check = check_after(administrator, attack, seq)
    assert (check.ok, check.problem, check.first_bad_seq) == (False, problem, seq)
    assert check.entries == seq
    assert str(seq) in check_sentence(check)
    assert check_chain().ok


def test_every_byte_of_a_body_counts(administrator: str) -> None:
    newest = queries.newest()
    assert newest is not None
    with tampering(administrator) as cursor:
        for place in range(0, len(newest.body), 7):
            cursor.execute("SAVEPOINT before")
            cursor.execute(
                "UPDATE ledger.entry SET body ="
                " set_byte(body, %(place)s, get_byte(body, %(place)s) # 4) WHERE seq = %(seq)s",
                {"place": place, "seq": newest.seq},
            )
            check = check_chain(administrator)
            assert (check.problem, check.first_bad_seq) == (Problem.BODY_CHANGED, newest.seq)
            view = queries.entry(newest.seq, using=administrator)
            assert view is not None
            assert not view.verdict.body_holds
            cursor.execute("ROLLBACK TO SAVEPOINT before")


@pytest.fixture
def signed(signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signer:
    """A checkpoint over everything, and the public key pinned in a file."""
    raw = signer.key.public_key().public_bytes_raw()
    x = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    path = tmp_path / "ledger.json"
    path.write_text(json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": x}]}))
    monkeypatch.setenv("TAXBRIDGE_LEDGER_PUBLIC_KEYS", str(path))
    write()
    assert Sequencer(signer, using="sequencer").drain(patience=20)
    return signer


CUT = "DELETE FROM ledger.entry WHERE seq > %(seq)s - 2"
FORGED_ROOT = "UPDATE ledger.checkpoint SET root = sha256('x') WHERE size = %(seq)s + 1"
FORGED_NOTE = (
    "UPDATE ledger.checkpoint SET note = replace(note, 'taxbridge', 'texbridge')"
    " WHERE size = %(seq)s + 1"
)


def test_the_signed_chain_holds(signed: Signer) -> None:
    check = check_chain()
    assert (check.ok, check.entries, check.problem) == (True, newest_seq() + 1, None)


def test_a_cut_tail_is_missed(signed: Signer, administrator: str) -> None:
    seq = newest_seq()
    check = check_after(administrator, CUT, seq)
    assert (check.problem, check.first_bad_seq) == (Problem.TAIL_MISSING, seq - 1)


def test_another_root_or_note_is_seen(signed: Signer, administrator: str) -> None:
    seq = newest_seq()
    assert check_after(administrator, FORGED_ROOT, seq).problem is Problem.ROOT_CHANGED
    assert check_after(administrator, FORGED_NOTE, seq).problem is Problem.CHECKPOINT_CHANGED


def test_history_computed_anew_is_caught_by_the_signature(
    signed: Signer, administrator: str
) -> None:
    """Control: without the checkpoint, the recomputed chain would pass."""
    with tampering(administrator) as cursor:
        cursor.execute(FLIP_AND_REHASH, {"seq": newest_seq()})
        recompute_links(cursor)
        assert check_chain(administrator).problem is Problem.ROOT_CHANGED
        cursor.execute("DELETE FROM ledger.checkpoint")
        assert check_chain(administrator).ok


def recompute_links(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT seq, body FROM ledger.entry ORDER BY seq")
    link = bytes(32)
    for seq, body in cursor.fetchall():
        cursor.execute(
            "UPDATE ledger.entry SET chain_hash = sha256(%s) WHERE seq = %s RETURNING chain_hash",
            [link + leaf_hash(bytes(body)), seq],
        )
        link = bytes(cursor.fetchone()[0])


def test_a_public_key_file_without_a_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ledger.json").write_text('{"keys": []}')
    monkeypatch.setenv("TAXBRIDGE_LEDGER_PUBLIC_KEYS", str(tmp_path / "ledger.json"))
    with pytest.raises(NoteRefused, match=r"ledger\.json"):
        check_chain()


def test_a_verdict_is_kept_with_its_reason(
    administrator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The check ends before the last block, and what follows in its transaction still can be done.
    monkeypatch.setattr(stored, "BLOCK", 2)
    check = check_and_store()
    assert queries.latest_check() == check
    with tampering(administrator) as cursor:
        cursor.execute(FLIP, {"seq": 1})
        damaged = check_and_store(administrator)
        assert queries.latest_check(using=administrator) == damaged
        assert damaged.problem is Problem.BODY_CHANGED


def test_the_command_says_that_the_chain_holds() -> None:
    output = StringIO()
    call_command("check_ledger", stdout=output)
    assert f"The chain holds: all {newest_seq() + 1:,} entries checked." in output.getvalue()


def test_the_command_ends_with_1_and_names_the_entry(administrator: str) -> None:
    seq = newest_seq()
    with tampering(administrator) as cursor:
        cursor.execute(FLIP, {"seq": seq})
        with pytest.raises(CommandError, match=f"Entry {seq} was changed") as refusal:
            call_command("check_ledger", database=administrator, stdout=StringIO())
    assert refusal.value.returncode == 1


def test_every_problem_has_words() -> None:
    assert set(PROBLEMS) == set(Problem)
