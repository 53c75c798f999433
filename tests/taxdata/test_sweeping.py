"""The sweep: a consent that is held up neither stops the others' erasing nor any eviction."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from portal.consents.stop_consent import stop_consent
from portal.taxdata.erasing import sweep_vault
from tests.gate.parties import Parties, enter, granted, login, new_parties, sealed, taken, value
from tests.personas import keys
from tests.taxdata.fetched import in_vault, parties

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
STOP = "SELECT gate.stop(%s, 'withdraw', 'person:test')"
BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s AND wait_event_type = 'Lock'"


@contextmanager
def held(admin_url: str, statement: str, *values: object) -> Iterator[None]:
    """A superuser's open transaction holds something up."""
    with psycopg.connect(admin_url) as admin:
        admin.execute(statement.encode(), values)
        yield
        admin.rollback()


def test_one_stuck_consent_stops_no_others_erasing(
    parties: Parties, admin_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = new_parties()
    stuck, free = granted(parties), granted(other)
    for whose, consent in ((parties, stuck), (other, free)):
        sealed(whose, consent)
        stop_consent(whose.actor, consent_id=consent)
    with held(admin_url, "SELECT FROM gate.consent WHERE id = %s FOR SHARE", stuck):
        while sweep_vault(using="watchdog"):
            pass
        assert (in_vault(stuck), in_vault(free)) == (36, 0)
    left = [line for line in caplog.messages if str(stuck) in line]
    assert left, "the stuck one was never tried"
    assert all("lock timeout" in line for line in left), left
    while sweep_vault(using="watchdog"):
        pass
    assert in_vault(stuck) == 0


def test_a_sweep_that_hangs_holds_up_no_eviction(parties: Parties, admin_url: str) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    with (
        held(admin_url, "LOCK TABLE gate.expiry IN ACCESS EXCLUSIVE MODE"),
        _watchdog(),
        login("vault", autocommit=False) as vault,
        login("web") as web,
    ):
        _until_a_sweep_waits(admin_url)
        enter(vault, taken(vault, parties, consent))
        web.execute(STOP, [consent])
        time.sleep(2)
        with pytest.raises(psycopg.OperationalError):
            value(vault, "SELECT 1")


@contextmanager
def _watchdog() -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "watch_consents", "--rounds", "60"],
        env={**os.environ, "TAXBRIDGE_ROLE": "watchdog"},
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _until_a_sweep_waits(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for _ in range(150):
            if value(admin, BACKENDS, ["%note_expired%"]):
                return
            time.sleep(0.1)
    raise AssertionError("No sweep came.")
