"""Gathering cosignatures end to end: real witnesses, and others that hang or lie."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connections

from ledger.format.cosignatures import CosigningKey
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint
from ledger.format.policy import Policy
from ledger.proofs import note_at
from ledger.standing import Standing, standing_of
from ledger.witnessing.problems import Problem
from ledger.witnessing.queries import witness_rows
from tests.ledger.witnessing.gathering import (
    cosigned_by,
    gathering,
    line_of,
    policy_of,
    problem_of,
    signed_entry,
    wait_until,
)
from tests.witness.bad_witnesses import Behaviour, answering, hang, serving
from tests.witness.running import RunningWitness

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_quorum_makes_an_entry_witnessed_whatever_the_others_do(
    signer: Signer, names: Callable[[str], str], real: Callable[[str], RunningWitness]
) -> None:
    first, second = real("regulator"), real("bank")
    first.start()
    second.start()
    key, behaviour = liar()
    with serving(hang) as hanging, serving(behaviour) as lying:
        other = CosigningKey("w.example/hangs", Ed25519PrivateKey.generate()).cosigner
        lines = [
            line_of(names("regulator"), first.cosigner, first.url),
            line_of(names("bank"), second.cosigner, second.url),
            line_of(names("hangs"), other, hanging),
            line_of(names("lies"), key.cosigner, lying),
        ]
        banks = f"group banks any {names('bank')} {names('hangs')} {names('lies')}\n"
        quorum = f"{banks}group both all {names('regulator')} banks\nquorum both\n"
        policy = policy_of(signer, lines, quorum)
        with gathering(policy):
            for _ in range(10):
                seq = signed_entry(signer)
                wait_until(lambda: standing_of(seq) == Standing.WITNESSED, seconds=2)  # noqa: B023
            wait_until(lambda: problem_of(names("hangs")) and problem_of(names("lies")))
    assert problem_of(names("hangs")) == Problem.UNREACHABLE
    assert problem_of(names("lies")) == Problem.WRONG_LINE
    assert cosigned_by(seq) == {names("regulator"), names("bank")}
    opened = policy.opened(note_at(seq + 1) or "")
    assert opened.is_witnessed
    assert opened.checkpoint.size == seq + 1


def liar() -> tuple[CosigningKey, Behaviour]:
    """A witness that signs another tree than the one it was asked about."""
    key = CosigningKey("w.example/liar", Ed25519PrivateKey.generate())

    def answer(request: str) -> tuple[int, str]:
        text = request.partition("\n\n")[2].partition("\n\n")[0]
        origin, size, _ = text.split("\n")
        other = Checkpoint(origin, int(size), bytes(32)).text()
        return 200, key.line(other, at=int(time.time()))

    return key, answering(answer)


def test_without_a_quorum_nothing_is_witnessed_until_the_missing_one_comes(
    signer: Signer, names: Callable[[str], str], real: Callable[[str], RunningWitness]
) -> None:
    here, late = real("here"), real("late")
    here.start()
    lines = [
        line_of(names("here"), here.cosigner, here.url),
        line_of(names("late"), late.cosigner, late.url),
    ]
    quorum = f"group both all {names('here')} {names('late')}\nquorum both\n"
    with gathering(policy_of(signer, lines, quorum), count=2):
        seq = signed_entry(signer)
        wait_until(lambda: names("here") in cosigned_by(seq) and problem_of(names("late")))
        assert standing_of(seq) == Standing.SIGNED
        late.start()
        wait_until(lambda: standing_of(seq) == Standing.WITNESSED)
        assert problem_of(names("late")) is None


def test_a_mark_that_a_killed_gatherer_left_out_is_made_by_the_next(
    signer: Signer, names: Callable[[str], str], real: Callable[[str], RunningWitness]
) -> None:
    witness = real("bank")
    witness.start()
    lines = [line_of(names("bank"), witness.cosigner, witness.url)]
    with gathering(policy_of(signer, lines, "quorum none\n")):
        seq = signed_entry(signer)
        wait_until(lambda: cosigned_by(seq))
    witness.kill()
    assert standing_of(seq) == Standing.SIGNED
    with gathering(policy_of(signer, lines, f"quorum {names('bank')}\n")):
        wait_until(lambda: standing_of(seq) == Standing.WITNESSED)


def test_a_witness_that_leaves_while_nothing_is_written_is_missed(
    signer: Signer,
    names: Callable[[str], str],
    real: Callable[[str], RunningWitness],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledger.witnessing.turns.REFRESH", 0.5)
    witness = real("bank")
    witness.start()
    seq = signed_entry(signer)
    lines = [line_of(names("bank"), witness.cosigner, witness.url)]
    with gathering(policy_of(signer, lines, f"quorum {names('bank')}\n")):
        wait_until(lambda: standing_of(seq) == Standing.WITNESSED)
        witness.kill()
        wait_until(lambda: problem_of(names("bank")) == Problem.UNREACHABLE)
    assert standing_of(seq) == Standing.WITNESSED, "what was vouched for stays so"


def test_it_goes_on_when_the_database_has_dropped_its_connections(
    signer: Signer,
    names: Callable[[str], str],
    real: Callable[[str], RunningWitness],
    admin_url: str,
) -> None:
    witness = real("bank")
    witness.start()
    lines = [line_of(names("bank"), witness.cosigner, witness.url)]
    with gathering(policy_of(signer, lines, f"quorum {names('bank')}\n")):
        before = signed_entry(signer)
        wait_until(lambda: standing_of(before) == Standing.WITNESSED)
        assert drop_other_connections(admin_url) > 1
        after = signed_entry(signer)
        wait_until(lambda: standing_of(after) == Standing.WITNESSED)


def drop_other_connections(admin_url: str) -> int:
    """End the gatherer's log-in's connections to this worker's database, except this thread's."""
    database = settings.DATABASES["default"]["NAME"]
    with connections["gatherer"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((own,),) = cursor.fetchall()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        return admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = %s AND pid <> %s",
            [database, f"{settings.ROLE_PREFIX}gatherer", own],
        ).rowcount


def test_pages_see_each_witness_by_its_name_in_the_readers_language(
    signer: Signer,
    names: Callable[[str], str],
    real: Callable[[str], RunningWitness],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    witness = real("bank")
    witness.start()
    name = names("bank")
    text = f"log {signer.verifier}\n{line_of(name, witness.cosigner, witness.url)}quorum {name}\n"
    (tmp_path / "policy").write_text(text, encoding="utf-8")
    (tmp_path / "witnesses.json").write_text(f'{{"{name}": {{"en": "A Bank"}}}}', encoding="utf-8")
    monkeypatch.setenv("TAXBRIDGE_LEDGER_POLICY", str(tmp_path / "policy"))
    (unasked,) = witness_rows()
    assert (unasked.label, unasked.state) == ("A Bank", None)
    seq = signed_entry(signer)
    assert witness_rows()[0].behind > seq
    with gathering(Policy.parse(text)):
        wait_until(lambda: standing_of(seq) == Standing.WITNESSED)
    (row,) = witness_rows()
    assert row.state is not None
    assert (row.key_id, row.behind) == (witness.cosigner.key_id.hex(), 0)
    assert row.state.size == seq + 1
