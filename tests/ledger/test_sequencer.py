from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connections, transaction

from ledger import checkpoints, queries, sequencer
from ledger.format.merkle import leaf_hash, root_of
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, open_note
from ledger.kinds import EventKind
from ledger.leadership import LOCK
from ledger.pace import Pace
from ledger.recording import record
from ledger.sequencer import Sequencer
from ledger.verification import check_chain
from tests.ledger.facts import drain, fresh, pending_body, write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def nothing_waits(db: None) -> None:
    """What other tests left waiting may fill more than one batch."""
    drain()


def seq_of(event_id: UUID) -> int:
    found = queries.entry_of_event(event_id)
    assert found is not None
    return found.seq


def test_events_are_numbered_in_the_order_of_the_outbox() -> None:
    drain()
    written = [write() for _ in range(5)]
    drain()
    first = seq_of(written[0])
    assert [seq_of(event_id) for event_id in written] == list(range(first, first + 5))
    assert check_chain().ok
    assert queries.pending_count() == 0


def test_order_holds_after_space_in_the_table_was_used_again(admin_url: str) -> None:
    """The heap's order, which a bare DELETE returns, is then no longer that of the ids."""
    for _ in range(20):
        write()
    drain()
    kept = [write() for _ in range(3)]
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("VACUUM ledger.outbox")
    late = [write() for _ in range(30)]
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT event_id FROM ledger.outbox ORDER BY ctid")
        assert [event_id for (event_id,) in cursor.fetchall()] != [*kept, *late]
    drain()
    numbers = [seq_of(event_id) for event_id in [*kept, *late]]
    assert numbers == sorted(numbers)


@contextmanager
def open_transaction() -> Iterator[UUID]:
    """An event with a low outbox id, whose transaction ends only with the block."""
    with transaction.atomic("web"):
        yield record(
            EventKind.APPLICATION_WITHDRAWN,
            actor=fresh("person"),
            subject=fresh("application"),
            payload={},
            using="web",
        )


def test_an_event_that_commits_late_is_not_lost() -> None:
    with open_transaction() as late:
        early = write()
        drain()
        assert queries.entry_of_event(late) is None
        number = seq_of(early)
    drain()
    assert seq_of(late) == number + 1
    assert check_chain().ok


def test_a_batch_is_limited() -> None:
    drain()
    for _ in range(4):
        write()
    mover = Sequencer(None, using="sequencer", pace=Pace(limit=3, most=3))
    assert [mover.append_batch() for _ in range(3)] == [3, 1, 0]


def test_an_id_written_again_is_left_out_and_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    event_id = write()
    body = pending_body(event_id)
    drain()
    number = seq_of(event_id)
    with transaction.atomic("web"), connections["web"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger.outbox (event_id, body) VALUES (%s, %s)", [event_id, body]
        )
    other = write()
    drain()
    assert (seq_of(event_id), seq_of(other)) == (number, number + 1)
    assert str(event_id) in caplog.text
    assert queries.pending_count() == 0


def test_while_one_is_in_a_batch_another_takes_nothing(admin_url: str) -> None:
    event_id = write()
    with psycopg.connect(admin_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        assert Sequencer(None, using="sequencer").append_batch() == 0
        assert queries.entry_of_event(event_id) is None
    assert Sequencer(None, using="sequencer").append_batch() >= 1
    assert queries.entry_of_event(event_id) is not None


def test_two_at_once_make_one_chain(signer: Signer) -> None:
    stop, written = threading.Event(), list[UUID]()

    def sequence() -> None:
        Sequencer(None, using="sequencer").run(stop)
        connections["sequencer"].close()

    threads = [threading.Thread(target=sequence) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(80):
        written.append(write())
    stop.set()
    for thread in threads:
        thread.join()
    drain()
    assert len({seq_of(event_id) for event_id in written}) == 80
    assert check_chain().ok


def test_a_lost_connection_is_made_again(admin_url: str) -> None:
    drain()
    stop, mover = threading.Event(), Sequencer(None, using="sequencer")

    def sequence() -> None:
        mover.run(stop)
        connections["sequencer"].close()

    thread = threading.Thread(target=sequence)
    thread.start()
    event_id = wait_until_appended(write())
    with psycopg.connect(admin_url, autocommit=True) as admin:
        killed = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = current_database()",
            [f"{settings.ROLE_PREFIX}sequencer"],
        ).fetchone()
    assert killed is not None
    assert killed[0] >= 1
    connections["sequencer"].close()
    assert wait_until_appended(write()) != event_id
    stop.set()
    thread.join()


def wait_until_appended(event_id: UUID) -> UUID:
    waiter = threading.Event()
    for _ in range(100):
        if queries.entry_of_event(event_id) is not None:
            return event_id
        waiter.wait(0.1)
    raise AssertionError("not appended within ten seconds")


def all_bodies() -> list[bytes]:
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT body FROM ledger.entry ORDER BY seq")
        return [bytes(body) for (body,) in cursor.fetchall()]


def check_signed(signer: Signer) -> None:
    """The newest checkpoint is over all entries as they are stored."""
    note = queries.latest_checkpoint()
    assert note is not None
    checkpoint = Checkpoint.parse(open_note(note, signer.verifier))
    leaves = [leaf_hash(body) for body in all_bodies()]
    assert (checkpoint.size, checkpoint.root) == (len(leaves), root_of(leaves))


def signed_size(signer: Signer) -> int:
    note = queries.latest_checkpoint()
    assert note is not None
    return Checkpoint.parse(open_note(note, signer.verifier)).size


def test_each_batch_gets_a_signed_checkpoint_of_its_tree(signer: Signer) -> None:
    mover = drain(signer)
    for _ in range(3):
        write()
        mover.append_batch()
        check_signed(signer)


def test_a_second_signer_catches_up_and_agrees(signer: Signer) -> None:
    first, second = (Sequencer(signer, using="sequencer") for _ in range(2))
    for mover in (first, second, second, first):
        write()
        assert mover.drain(patience=20)
        check_signed(signer)


def test_one_that_starts_cold_gives_numbers_before_it_can_sign(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        write()
    drain(signer)
    signed = signed_size(signer)
    monkeypatch.setattr(checkpoints, "CATCH_UP", signed - 1)
    cold, written = Sequencer(signer, using="sequencer"), write()
    cold.append_batch()
    assert seq_of(written) == signed
    assert signed_size(signer) == signed
    cold.append_batch()
    assert signed_size(signer) == signed + 1


def test_a_batch_that_failed_at_its_end_leaves_no_trace(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mover = drain(signer)
    event_id = write()
    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "close_subtrees", fail)
        with pytest.raises(OperationalError):
            mover.append_batch()
    assert queries.entry_of_event(event_id) is None
    mover.append_batch()
    assert queries.entry_of_event(event_id) is not None
    check_signed(signer)


def fail(*_: object, **_options: object) -> None:
    raise OperationalError


def test_nothing_is_signed_on_top_of_changed_history(
    signer: Signer, administrator: str, caplog: pytest.LogCaptureFixture
) -> None:
    write()
    drain(signer)
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        cursor.execute("ALTER TABLE ledger.entry DISABLE TRIGGER append_only")
        cursor.execute("UPDATE ledger.entry SET body = body || ' ' WHERE seq = 0")
        cursor.execute("ALTER TABLE ledger.outbox DISABLE TRIGGER check_event")
        cursor.execute("INSERT INTO ledger.outbox (event_id, body) VALUES (gen_random_uuid(), 'x')")
        before = queries.latest_checkpoint(using=administrator)
        assert not Sequencer(signer, using=administrator).drain(patience=20)
        assert queries.latest_checkpoint(using=administrator) == before
        transaction.set_rollback(True, using=administrator)
    assert "History has changed" in caplog.text
