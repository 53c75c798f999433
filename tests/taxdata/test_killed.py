"""A worker process killed with SIGKILL in the middle of a fetch, again and again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from portal.taxdata.queries import fetch_outcome
from tests.gate.parties import LAST, Parties, granted
from tests.outbox import events_about
from tests.personas import keys
from tests.taxdata.authority import Authority, authority_of, months, row
from tests.taxdata.fetched import fetch, in_vault, parties, summaries
from tests.taxdata.web_party import served

__all__ = ["keys", "parties"]
pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def killed_at(page: int, consent: UUID, authority: Authority) -> None:
    """Run a worker that dies while it waits for this page of its session."""
    worker: list[subprocess.Popen[bytes]] = []

    def lie(number: int, token: str) -> str:
        if number == page:
            worker[0].kill()
            worker[0].wait()
        return token

    authority.page_lie = lie
    database = str(connections["default"].settings_dict["NAME"])
    with served(authority) as url:
        command = [sys.executable, "-m", "tests.taxdata.fetch_once", str(consent), url]
        environment = {**os.environ, "TAXBRIDGE_TEST_DATABASE": database}
        worker.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        assert worker[0].wait(timeout=120) == -9, "the worker was killed, and did not fail"
    authority.page_lie = lambda number, token: token


def test_a_killed_worker_goes_on_where_it_stopped(parties: Parties) -> None:
    """Five records a page and three a month: what is staged are the whole months of full pages."""
    rows = [row(month, day=day) for month in months() for day in (1, 2, 3)]
    consent, authority = granted(parties), authority_of(parties, rows)
    staged, asked = [], []
    for _ in range(2):
        killed_at(3, consent, authority)
        staged.append(in_vault(consent, "staged"))
        asked.append(authority.last_session.asked["first_month"])
        assert summaries(parties, consent) == []
    assert staged == [3, 6]
    assert asked == [str(LAST - 11), str(LAST - 8)]
    fetch(consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.records) == (True, 36)
    assert {summary.sale.net_fen for summary in summaries(parties, consent)} == {300_00}
    assert len(events_about(f"consent:{consent}", kind="data.fetched")) == 1
