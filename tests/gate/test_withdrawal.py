"""Stopping: for the next statement, for open cursors, for running publications."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings

from portal.consents.door import ConsentRefused, Window, reading
from portal.consents.queries import consent_for
from portal.consents.stop_consent import stop_consent
from portal.core.errors import InvalidTransition, NotFound
from portal.core.months import Month
from portal.embedded import launch
from tests.gate.conftest import Open
from tests.gate.parties import (
    COUNT,
    Connection,
    Parties,
    enter,
    granted,
    login,
    new_parties,
    refusal,
    rewritten,
    sealed,
    taken,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
STOP = "SELECT gate.stop(%s, %s, 'person:test')"


@pytest.mark.parametrize("kind", ["withdraw", "pause"])
def test_the_next_statement_of_an_open_window_sees_nothing(
    vault: Connection, web: Connection, parties: Parties, kind: str
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    ticket = taken(vault, parties, consent)
    enter(vault, ticket)
    assert value(vault, COUNT) == 12
    assert value(web, STOP, [consent, kind]) is True
    assert value(vault, COUNT) == 0
    vault.rollback()
    assert "not_live" in refusal(vault, "SELECT gate.enter(%s)", [ticket])
    assert (
        _take_reason(vault, parties, consent) == {"withdraw": "withdrawn", "pause": "paused"}[kind]
    )


@pytest.mark.parametrize("table", ["import", "firm_key", "chunk", "completion"])
def test_no_table_of_the_vault_outlives_the_consent(
    vault: Connection, web: Connection, parties: Parties, table: str
) -> None:
    """Each asks by itself whether the consent lives; the terms that stand by the window don't."""
    consent = granted(parties)
    sealed(parties, consent)
    enter(vault, taken(vault, parties, consent))
    count = f"SELECT count(*) FROM vault.{table}"
    assert value(vault, count) > 0
    value(web, STOP, [consent, "withdraw"])
    assert value(vault, count) == 0


def test_a_stopped_consent_is_told_apart_from_an_empty_vault(
    web: Connection, parties: Parties
) -> None:
    """Rows that vanish must not look like a firm without invoices to whoever computes."""
    consent = granted(parties)
    sealed(parties, consent)
    asked: dict[str, Any] = {
        "consent_id": consent,
        "bank_id": parties.bank_id,
        "purpose": "underwriting",
    }
    with reading(**asked, job_id=uuid4()) as window:
        web.execute(STOP, [consent, "withdraw"])
        with pytest.raises(ConsentRefused) as refused:
            list(window.chunks())
    assert refused.value.code == "not_live"


def test_a_stop_after_the_rows_and_before_their_keys_is_told_apart(
    web: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    asked: dict[str, Any] = {"bank_id": parties.bank_id, "purpose": "underwriting"}

    class StoppedOnTheWay(Window):
        def _check_document(self, category: str, month: Month) -> None:
            web.execute(STOP, [consent, "withdraw"])
            super()._check_document(category, month)

    with reading(consent_id=consent, job_id=uuid4(), **asked) as window:
        on_the_way = StoppedOnTheWay(**{f.name: getattr(window, f.name) for f in fields(window)})
        with pytest.raises(ConsentRefused) as refused:
            list(on_the_way.chunks())
        assert refused.value.code == "not_live"
        with pytest.raises(ConsentRefused):
            _ = window.as_of


def test_expiry_counts_inside_a_long_transaction(
    vault: Connection, admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    enter(vault, taken(vault, parties, consent))
    assert value(vault, COUNT) == 12
    _move_expiry(admin, consent)
    assert value(vault, COUNT) == 0


def test_a_revoked_signer_key_ends_its_consents(
    vault: Connection, admin: Connection, opened: Open, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    enter(vault, taken(vault, parties, consent))
    kid = value(admin, "SELECT kid FROM gate.consent WHERE id = %s", [consent])
    owner = opened("owner", autocommit=False)
    owner.execute("SELECT gate.revoke_key(%s, 'lost')", [kid])
    owner.execute(f"SET LOCAL ROLE {settings.ROLE_PREFIX}gate_owner")
    query = "SELECT state FROM gate.consent_status WHERE id = %s"
    assert value(owner, query, [consent]) == "key_revoked"
    owner.rollback()
    assert value(vault, COUNT) == 12


def test_control_an_open_cursor_goes_on_after_the_withdrawal(
    vault: Connection, web: Connection, parties: Parties
) -> None:
    """Why readers have to be ended: the policy was evaluated when the cursor was opened."""
    consent = granted(parties)
    sealed(parties, consent)
    _open_cursor(vault, taken(vault, parties, consent))
    web.execute(STOP, [consent, "withdraw"])
    assert len(vault.execute("FETCH 5 FROM held").fetchall()) == 5


def test_the_reaper_ends_an_open_cursor(
    vault: Connection, opened: Open, web: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    _open_cursor(vault, taken(vault, parties, consent))
    web.execute(STOP, [consent, "withdraw"])
    assert value(opened("watchdog"), "SELECT reaper.evict()") >= 1
    with pytest.raises(psycopg.OperationalError):
        vault.execute("FETCH 5 FROM held")


def test_the_reaper_leaves_a_live_reader_alone(
    vault: Connection, web: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    enter(vault, taken(vault, parties, consent))
    web.execute("SELECT reaper.evict()")
    assert value(vault, COUNT) == 12
    assert "permission denied" in refusal(
        web, "SELECT pg_terminate_backend(%s)", [vault.info.backend_pid]
    )


def test_the_use_case_ends_a_statement_that_is_running(parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    outcome: list[str] = []
    entered = threading.Event()

    def read_slowly() -> None:
        with login("vault", autocommit=False) as mine:
            enter(mine, taken(mine, parties, consent))
            entered.set()
            outcome.append(refusal(mine, "SELECT count(*), pg_sleep(30) FROM vault.chunk"))

    reader = threading.Thread(target=read_slowly)
    reader.start()
    assert entered.wait(10)
    time.sleep(0.2)
    started = time.monotonic()
    stop_consent(parties.actor, consent_id=consent)
    reader.join(timeout=25)
    assert time.monotonic() - started < 25
    assert "terminating connection" in outcome[0]


def test_the_watchdog_ends_readers_without_being_asked(
    vault: Connection, web: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    _open_cursor(vault, taken(vault, parties, consent))
    watchdog = subprocess.Popen(
        [sys.executable, "manage.py", "watch_consents", "--rounds", "60"],
        cwd=launch.ROOT,
        env={**os.environ, "TAXBRIDGE_ROLE": "watchdog"},
        stderr=subprocess.PIPE,
    )
    try:
        web.execute(STOP, [consent, "withdraw"])
        assert _is_gone(vault, within=20)
    finally:
        watchdog.terminate()
        watchdog.communicate(timeout=10)


def test_stopping_twice_records_once_and_a_stranger_stops_nothing(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    with pytest.raises(NotFound):
        stop_consent(new_parties().actor, consent_id=consent)
    stop_consent(parties.actor, consent_id=consent)
    stop_consent(parties.actor, consent_id=consent)
    assert value(admin, "SELECT count(*) FROM gate.event WHERE consent = %s", [consent]) == 1
    jobs = "SELECT count(*) FROM jobs_job WHERE name = %s AND subject = %s"
    assert value(admin, jobs, ["taxdata.notify_authority", f"consent:{consent}"]) == 1


def test_an_expired_consent_has_nothing_to_stop(admin: Connection, parties: Parties) -> None:
    consent = granted(parties)
    _move_expiry(admin, consent)
    with pytest.raises(InvalidTransition):
        stop_consent(parties.actor, consent_id=consent)


def test_a_withdrawal_ends_a_publication_that_hangs(opened: Open, parties: Parties) -> None:
    consent = granted(parties)
    scorer = opened("scorer", autocommit=False)
    scorer.execute("SELECT gate.publish_check(%s)", [consent])
    started = time.monotonic()
    stop_consent(parties.actor, consent_id=consent)
    assert time.monotonic() - started < 20
    assert consent_for(parties.actor, consent).state == "withdrawn"
    with pytest.raises(psycopg.OperationalError):
        scorer.commit()


def test_nobody_else_can_hold_up_a_withdrawal(
    admin: Connection, web: Connection, vault: Connection, parties: Parties
) -> None:
    """Not by advisory locks, which are anybody's, nor by taking, entering or reading.

    `gate.stop` would end in an error after its lock time-out.
    """
    consent = granted(parties)
    enter(vault, taken(vault, parties, consent))
    with login("watchdog", autocommit=False) as squatter:
        no = value(admin, "SELECT no FROM gate.consent WHERE id = %s", [consent])
        for lock_class in (1952606053, 1952608373):
            squatter.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [lock_class, no])
        assert value(web, STOP, [consent, "withdraw"]) is True


def _open_cursor(vault: Connection, ticket: UUID) -> None:
    enter(vault, ticket)
    vault.execute("DECLARE held NO SCROLL CURSOR FOR SELECT month FROM vault.chunk")
    assert len(vault.execute("FETCH 1 FROM held").fetchall()) == 1


def _take_reason(vault: Connection, parties: Parties, consent: UUID) -> str:
    row = vault.execute(
        "SELECT refusal FROM gate.take(%s, %s, 'underwriting', %s)",
        [consent, parties.bank_id, uuid4()],
    ).fetchone()
    assert row is not None
    return str(row[0])


def _move_expiry(admin: Connection, consent: UUID) -> None:
    past = "not_before = now() - interval '2 days', expires_at = now() - interval '1 day'"
    rewritten(admin, consent, past)


def _is_gone(vault: Connection, *, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            vault.execute("SELECT 1")
        except psycopg.OperationalError:
            return True
        time.sleep(0.1)
    return False
