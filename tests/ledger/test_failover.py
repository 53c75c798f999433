"""Two real sequencers: one leads, and the other takes over whatever becomes of the first."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connections

from ledger import queries
from ledger.leadership import LOCK, Fenced, Leadership
from ledger.sequencer import Sequencer
from ledger.verification import check_chain
from tests.ledger.facts import write
from tests.ledger.test_sequencer import wait_until_appended
from tests.ledger.test_sequencer_process import start, wait_until_running

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
TAKEOVER_SECONDS = 5.0


@pytest.fixture
def pair() -> Iterator[list[subprocess.Popen[str]]]:
    """Two sequencers of one database, both running."""
    with ExitStack() as stack:
        both = [start(), start()]
        for process in both:
            stack.callback(process.communicate)
            stack.callback(process.kill)
        for process in both:
            wait_until_running(process)
        yield both


def leader() -> tuple[int, str]:
    """The epoch, and who took it."""
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT epoch, holder FROM ledger.leader")
        epoch, holder = cursor.fetchone()
        return epoch, holder


def leading_one(pair: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    wait_until_appended(write())
    holder = leader()[1]
    return next(process for process in pair if holder.endswith(f":{process.pid}"))


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_standby_takes_over_within_five_seconds(
    pair: list[subprocess.Popen[str]], by: signal.Signals
) -> None:
    first = leading_one(pair)
    os.kill(first.pid, by)
    began = time.monotonic()
    wait_until_appended(write())
    assert time.monotonic() - began < TAKEOVER_SECONDS
    epoch, holder = leader()
    (second,) = (process for process in pair if process is not first)
    assert holder.endswith(f":{second.pid}")
    os.kill(first.pid, signal.SIGCONT)
    for _ in range(10):
        wait_until_appended(write())
        time.sleep(0.05)
    assert leader() == (epoch, holder), "the first one woke up and leads again"
    assert check_chain().ok


def test_a_leader_that_ends_well_is_followed_at_once(pair: list[subprocess.Popen[str]]) -> None:
    first = leading_one(pair)
    first.send_signal(signal.SIGTERM)
    _, errors = first.communicate(timeout=30)
    began = time.monotonic()
    wait_until_appended(write())
    assert time.monotonic() - began < 2, errors


def test_an_epoch_that_has_passed_writes_nothing() -> None:
    old, new = (Leadership("sequencer") for _ in range(2))
    assert old.take()
    # The lock is the connection's, which both have here: the epoch alone keeps them apart.
    assert new.take()
    event_id = write()
    with connections["sequencer"].cursor() as cursor:
        with pytest.raises(Fenced):
            old.require(cursor)
        new.require(cursor)
    new.lay_down()
    assert queries.entry_of_event(event_id) is None


def test_a_fenced_leader_stands_by_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=Sequencer(None, using="sequencer").run, args=[stop])
    thread.start()
    try:
        wait_until_appended(write())
        with connections["sequencer"].cursor() as cursor:
            cursor.execute("UPDATE ledger.leader SET epoch = epoch + 1 RETURNING epoch")
            (epoch,) = cursor.fetchone()
        wait_until_appended(write())
    finally:
        stop.set()
        thread.join()
    assert "Another sequencer has taken over" in caplog.text
    assert leader()[0] == epoch + 1


def test_only_a_stale_leader_of_the_same_log_in_is_ended() -> None:
    """Another log-in holds the lock here, and is none of the sequencer's business."""
    with connections["owner"].cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        standby = Leadership("sequencer")
        assert not standby.take()
        with connections["sequencer"].cursor() as cursor:
            cursor.execute("UPDATE ledger.leader SET beat_at = '-infinity'")
        for _ in range(3):
            standby.evict_if_stale()
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert other.fetchone() == (True,)
    assert standby.take()
    standby.lay_down()
