"""What is no cosignature, and what a witness remembers that speaks against the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction

from ledger.format.cosignatures import CosigningKey
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, sign_note
from ledger.standing import Standing, heads, standing_of
from ledger.witnessing.book import (
    Cosignature,
    Head,
    keep_cosignature,
    mark_witnessed,
    newest_head,
    newest_witnessed,
)
from ledger.witnessing.problems import Problem
from ledger.witnessing.queries import alarms
from tests.ledger.witnessing.gathering import (
    cosigned_by,
    gathering,
    line_of,
    policy_of,
    problem_of,
    signed_entry,
    wait_until,
)
from tests.witness.bad_witnesses import always, answering, serving
from tests.witness.running import RunningWitness
from tests.witness.small_log import body

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.mark.parametrize(
    ("ahead", "problem"), [(1000, Problem.LARGER), (0, Problem.FORKED)], ids=["larger", "forked"]
)
def test_a_witness_that_remembers_another_ledger_raises_an_alarm(
    signer: Signer,
    names: Callable[[str], str],
    real: Callable[[str], RunningWitness],
    ahead: int,
    problem: Problem,
) -> None:
    size = signed_entry(signer) + 1 + ahead
    witness = real("bank")
    witness.start()
    shown = sign_note(Checkpoint(signer.name, size, bytes(32)).text(), signer)
    assert witness.ask("POST", "/add-checkpoint", body(0, [], shown))[0] == 200
    lines = [line_of(names("bank"), witness.cosigner, witness.url)]
    with gathering(policy_of(signer, lines, f"quorum {names('bank')}\n")):
        wait_until(lambda: problem_of(names("bank")))
        (alarm,) = [alarm for alarm in alarms() if alarm.witness == names("bank")]
        assert (alarm.problem, alarm.size) == (problem, size if ahead else 0)
        seq = signed_entry(signer)
        wait_until(lambda: newest_head("gatherer"))
        time.sleep(0.5)
        assert not cosigned_by(seq)
        assert standing_of(seq) == Standing.SIGNED


@pytest.mark.parametrize(
    ("status", "text", "problem"),
    [
        (503, "", Problem.REFUSED),
        (403, "", Problem.REFUSED),
        (409, "no size", Problem.REFUSED),
        (200, "", Problem.WRONG_LINE),
        (200, "no line\n", Problem.WRONG_LINE),
        (200, "— w.example/stranger AAAAAAAA\n", Problem.WRONG_LINE),
    ],
)
def test_what_is_no_cosignature_is_named(
    signer: Signer, names: Callable[[str], str], status: int, text: str, problem: Problem
) -> None:
    signed_entry(signer)
    cosigner = CosigningKey("w.example/odd", Ed25519PrivateKey.generate()).cosigner
    with serving(always(status, text)) as url:
        policy = policy_of(
            signer, [line_of(names("odd"), cosigner, url)], f"quorum {names('odd')}\n"
        )
        with gathering(policy):
            wait_until(lambda: problem_of(names("odd")))
    assert problem_of(names("odd")) == problem


def test_a_clock_that_is_wrong_is_named(signer: Signer, names: Callable[[str], str]) -> None:
    seq = signed_entry(signer)
    key = CosigningKey("w.example/early", Ed25519PrivateKey.generate())

    def answer(request: str) -> tuple[int, str]:
        text = request.partition("\n\n")[2].partition("\n\n")[0] + "\n"
        return 200, key.line(text, at=int(time.time()) - 3600)

    with serving(answering(answer)) as url:
        lines = [line_of(names("early"), key.cosigner, url)]
        with gathering(policy_of(signer, lines, f"quorum {names('early')}\n")):
            wait_until(lambda: problem_of(names("early")))
    assert problem_of(names("early")) == Problem.WRONG_TIME
    assert names("early") not in cosigned_by(seq)


def test_a_stored_line_that_does_not_hold_counts_for_nothing(
    signer: Signer, names: Callable[[str], str]
) -> None:
    size, key = signed_entry(signer) + 1, CosigningKey("w.example/w", Ed25519PrivateKey.generate())
    policy = policy_of(
        signer, [line_of(names("w"), key.cosigner, "http://w")], f"quorum {names('w')}\n"
    )
    other = key.line(Checkpoint(signer.name, size, bytes(32)).text(), at=int(time.time()))
    head = newest_head("gatherer")
    assert head is not None
    for line, is_witnessed in ((other, False), (key.line(text_of(head), at=1), True)):
        with transaction.atomic("gatherer"):
            keep_cosignature(names("w"), head, Cosignature(line, 1), using="gatherer")
            mark_witnessed(policy, since=size, using="gatherer")
            assert (newest_witnessed("gatherer") == size) == is_witnessed
            transaction.set_rollback(True, using="gatherer")


def test_what_was_taken_away_is_neither_cosigned_nor_witnessed(
    signer: Signer, names: Callable[[str], str]
) -> None:
    size = signed_entry(signer) + 1
    gone = Head(size, bytes(32), "")
    keep_cosignature(names("w"), gone, Cosignature("— w AAAAAAAA\n", 1), using="gatherer")
    assert names("w") not in cosigned_by(size - 1)
    with transaction.atomic("gatherer"), connections["gatherer"].cursor() as cursor:
        cursor.execute("INSERT INTO ledger.witnessed (size) VALUES (%s)", [size + 1000])
        assert heads(using="gatherer").witnessed <= size
        transaction.set_rollback(True, using="gatherer")


def text_of(head: Head) -> str:
    """What is signed in a checkpoint."""
    return head.note.partition("\n\n")[0] + "\n"
