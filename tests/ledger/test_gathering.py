"""Gathering cosignatures end to end: real witnesses, and others that hang, lie or know more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connections, transaction

from ledger import queries
from ledger.format.cosignatures import CosigningKey
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, sign_note
from ledger.format.policy import Policy
from ledger.proofs import note_at
from ledger.sequencer import Sequencer
from ledger.standing import Standing, heads, standing_of
from ledger.witnessing.book import (
    Cosignature,
    Head,
    keep_cosignature,
    mark_witnessed,
    newest_head,
    newest_witnessed,
)
from ledger.witnessing.gatherer import Gatherer
from ledger.witnessing.problems import Problem
from ledger.witnessing.queries import alarms, witness_rows
from tests.ledger.facts import write
from tests.witness.bad_witnesses import Behaviour, always, answering, hang, serving
from tests.witness.running import RunningWitness
from tests.witness.small_log import body

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def names() -> Iterator[Callable[[str], str]]:
    """Names of this test's own: cosignatures stay, and other tests have witnesses too."""
    mark = uuid4().hex[:8]
    yield lambda name: f"{name}-{mark}"
    with connections["gatherer"].cursor() as cursor:
        cursor.execute(
            "UPDATE ledger.witness_state SET problem = NULL WHERE witness LIKE %s", [f"%-{mark}"]
        )


@pytest.fixture
def real(
    tmp_path: Path, signer: Signer, names: Callable[[str], str]
) -> Iterator[Callable[[str], RunningWitness]]:
    """Makes a real witness of the test's ledger, in a process of its own."""
    with ExitStack() as stack:

        def make(name: str) -> RunningWitness:
            logs = f"log {signer.verifier}\nquorum none\n"
            running = RunningWitness(tmp_path / name, f"w.example/{names(name)}", logs)
            stack.callback(running.kill)
            return running

        yield make


def line_of(name: str, cosigner: object, url: str) -> str:
    return f"witness {name} {cosigner} {url}\n"


def policy_of(signer: Signer, lines: Sequence[str], quorum: str) -> Policy:
    return Policy.parse(f"log {signer.verifier}\n{''.join(lines)}{quorum}")


@contextmanager
def gathering(policy: Policy, *, count: int = 1) -> Iterator[None]:
    """Gatherers at work, as the sequencer's log-in."""
    stop = threading.Event()
    gatherers = [Gatherer(policy, using="gatherer", seconds=1.0) for _ in range(count)]
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in gatherers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def signed_entry(signer: Signer) -> int:
    """The number of a new entry under a new checkpoint."""
    event_id = write()
    while queries.entry_of_event(event_id) is None:
        Sequencer(signer, using="sequencer").append_batch()
    entry = queries.entry_of_event(event_id)
    assert entry is not None
    return entry.seq


def wait_until(holds: Callable[[], object], *, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def problem_of(name: str) -> str | None:
    with connections["gatherer"].cursor() as cursor:
        cursor.execute("SELECT problem FROM ledger.witness_state WHERE witness = %s", [name])
        row = cursor.fetchone()
        return row[0] if row else None


def cosigned_by(seq: int) -> set[str]:
    with connections["gatherer"].cursor() as cursor:
        cursor.execute("SELECT witness FROM ledger.cosignature WHERE size > %s", [seq])
        return {witness for (witness,) in cursor.fetchall()}


def liar() -> tuple[CosigningKey, Behaviour]:
    """A witness that signs another tree than the one it was asked about."""
    key = CosigningKey("w.example/liar", Ed25519PrivateKey.generate())

    def answer(request: str) -> tuple[int, str]:
        text = request.partition("\n\n")[2].partition("\n\n")[0]
        origin, size, _ = text.split("\n")
        other = Checkpoint(origin, int(size), bytes(32)).text()
        return 200, key.line(other, at=int(time.time()))

    return key, answering(answer)


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
