"""When a window was opened and closed: by its reader, after a rollback, and after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError

from portal.consents.close_lost import close_lost
from portal.consents.closings import Closing, Outcome, closings_of
from portal.consents.door import reading
from portal.embedded import launch
from tests.gate.conftest import Open
from tests.gate.parties import (
    COUNT,
    Connection,
    Parties,
    enter,
    granted,
    refusal,
    sealed,
    taken,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LEAVE = "SELECT gate.leave(%s, clock_timestamp())"
READER = """
import sys, time, django
django.setup()
from uuid import UUID
from portal.consents.door import reading
consent, bank, job = map(UUID, sys.argv[1:])
with reading(consent_id=consent, bank_id=bank, purpose="underwriting", job_id=job) as window:
    print(len(list(window.chunks())), flush=True)
    time.sleep(60)
"""


def asked(parties: Parties, consent: UUID) -> dict[str, Any]:
    """A look by a job of its own."""
    return {
        "consent_id": consent,
        "bank_id": parties.bank_id,
        "purpose": "underwriting",
        "job_id": uuid4(),
    }


def now(admin: Connection) -> datetime:
    moment: datetime = value(admin, "SELECT clock_timestamp()")
    return moment


def tickets(admin: Connection, consent: UUID) -> list[UUID]:
    query = "SELECT id FROM gate.ticket WHERE consent = %s ORDER BY taken_at"
    return [row[0] for row in admin.execute(query, [consent])]


def closing(admin: Connection, consent: UUID) -> Closing:
    (ticket,) = tickets(admin, consent)
    return closings_of([ticket])[ticket]


def test_a_look_is_opened_when_entered_and_closed_when_its_transaction_is_over(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    before = now(admin)
    with reading(**asked(parties, consent)) as window:
        inside = now(admin)
        assert closing(admin, consent).outcome is Outcome.OPEN
        list(window.chunks())
        done = now(admin)
    found = closing(admin, consent)
    assert found.outcome is Outcome.LEFT
    assert found.opened_at is not None
    assert found.closed_at is not None
    assert before < found.opened_at < inside < done < found.closed_at < now(admin)


def test_a_look_that_is_rolled_back_keeps_its_times(admin: Connection, parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    inside = now(admin)

    def break_off() -> None:
        nonlocal inside
        with reading(**asked(parties, consent)):
            inside = now(admin)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    found = closing(admin, consent)
    assert found.outcome is Outcome.BROKEN_OFF
    assert found.opened_at is not None
    assert found.closed_at is not None
    assert found.opened_at < inside < found.closed_at


def test_a_reader_that_was_put_out_is_broken_off(
    admin: Connection, opened: Open, web: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)

    def read_on() -> None:
        with reading(**asked(parties, consent)) as window:
            web.execute("SELECT gate.stop(%s, 'withdraw', 'person:test')", [consent])
            assert value(opened("watchdog"), "SELECT reaper.evict()") >= 1
            list(window.chunks())

    with pytest.raises(DatabaseError):
        read_on()
    assert closing(admin, consent).outcome is Outcome.BROKEN_OFF


def test_a_killed_reader_ended_at_the_latest_when_nothing_is_open(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    reader = _reading_worker(parties, consent)
    (ticket,) = tickets(admin, consent)
    late = "UPDATE gate.unclosed SET expires_at = clock_timestamp() WHERE ticket = %s"
    admin.execute(late, [ticket])
    close_lost(using="watchdog")
    assert closing(admin, consent).outcome is Outcome.OPEN, "it is still reading"
    reader.send_signal(signal.SIGKILL)
    reader.wait(10)
    killed = now(admin)
    found = _once_lost(admin, consent)
    assert (found.outcome, found.opened_at) == (Outcome.LOST, None)
    assert found.closed_at is not None
    assert killed < found.closed_at < now(admin)


def _reading_worker(parties: Parties, consent: UUID) -> subprocess.Popen[str]:
    """A process of its own that has read, and holds its window open."""
    arguments = [str(consent), str(parties.bank_id), str(uuid4())]
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, *arguments],
        cwd=launch.ROOT,
        env={**os.environ, "TAXBRIDGE_ROLE": "vault"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    with reader.stdout as output:
        assert output.readline().strip() == "12"
    return reader


def _once_lost(admin: Connection, consent: UUID) -> Closing:
    """The server notices a moment later that its client is gone."""
    for _ in range(100):
        close_lost(using="watchdog")
        if (found := closing(admin, consent)).outcome is not Outcome.OPEN:
            return found
        time.sleep(0.1)
    return found


def test_a_young_ticket_is_not_given_up(
    admin: Connection, vault: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    ticket = taken(vault, parties, consent)
    close_lost(using="watchdog")
    assert closing(admin, consent).outcome is Outcome.OPEN
    enter(vault, ticket)
    vault.rollback()


def test_a_closed_ticket_opens_nothing(vault: Connection, opened: Open, parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    ticket = taken(vault, parties, consent)
    enter(vault, ticket)
    assert value(vault, COUNT) == 12
    assert "lock timeout" in refusal(opened("vault"), LEAVE, [ticket])
    vault.commit()
    vault.execute(LEAVE, [ticket])
    vault.commit()
    assert closings_of([ticket])[ticket].outcome is Outcome.LEFT
    assert "no_such_ticket" in refusal(vault, "SELECT gate.enter(%s)", [ticket])


def test_nobody_closes_from_inside_or_changes_what_is_closed(
    admin: Connection, vault: Connection, web: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    ticket = taken(vault, parties, consent)
    enter(vault, ticket)
    assert "still_open" in refusal(vault, LEAVE, [ticket])
    vault.execute(LEAVE, [ticket])
    vault.commit()
    for query in (
        "INSERT INTO gate.closing (ticket, outcome) VALUES (gen_random_uuid(), 'lost')",
        "UPDATE gate.closing SET closed_at = opened_at",
        "DELETE FROM gate.closing",
        "DELETE FROM gate.unclosed",
        "SELECT gate.close_lost()",
        f"SELECT gate.leave('{ticket}', clock_timestamp())",
    ):
        assert "permission denied" in refusal(web, query)
    with pytest.raises(psycopg.Error, match="never changed"):
        admin.execute("DELETE FROM gate.closing WHERE ticket = %s", [ticket])
