"""The whole line over HTTP on the whole system; also with the broker emptied and workers killed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
import redis

from portal.embedded import launch
from portal.embedded.installation import Installation
from tests.embedded.whole_system import WholeSystem

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole system"), pytest.mark.timeout(400)]

# The events of one application, in the order in which their causes follow each other.
LINE = [
    "Consent granted",
    "Application sent",
    "Tax data asked for",
    "Tax data received",
    "Tax data used",
    "Score computed",
    "Decision recorded",
    "Offer made",
    "Offer accepted",
    "Bank’s signature under an agreement",
    "Agreement signed",
    "Loan opened",
    "Loan paid out",
    "Repayment days fixed",
    "Payment by the firm asked for",
    "Payment arrived",
    "Payment by the firm asked for",
    "Payment arrived",
    "Loan paid back",
    "Loan closed",
]


def journey(folder: Path) -> str:
    """`demo_journey` as a person would call it; what it printed."""
    return managed(folder, "demo_journey")


def managed(folder: Path, *command: str) -> str:
    """What a management command on the running system printed."""
    done = subprocess.run(
        [sys.executable, "-m", "portal.embedded.manage", *command],
        cwd=launch.ROOT,
        env={**launch.plain_environment(), "TAXBRIDGE_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def events_in(printed: str) -> list[str]:
    """The events of the line, in the order of their numbers, each as often as it stands there."""
    entries = printed.partition("the ledger's entries:")[2].splitlines()
    known = dict.fromkeys(LINE)
    return [event for entry in entries for event in known if f" {event} " in entry]


def test_the_line_from_registration_to_a_closed_loan(system: WholeSystem) -> None:
    assert events_in(journey(system.folder)) == LINE


def test_workers_killed_and_broker_emptied_it_completes_once(system: WholeSystem) -> None:
    ended = threading.Event()
    disturber = threading.Thread(target=disturb, args=(system, ended))
    disturber.start()
    try:
        printed = journey(system.folder)
    finally:
        ended.set()
        disturber.join()
    assert events_in(printed) == LINE


def test_a_portfolio_is_decided_by_the_policy_and_replays_equal(system: WholeSystem) -> None:
    printed = managed(system.folder, "demo_portfolio", "--applications", "2", "--small")
    assert "2 settled" in printed
    assert "by the policy" in printed
    time.sleep(2)  # the sequencer numbers what the workers wrote
    assert " equal." in managed(system.folder, "replay_decision", "--automatic")


def disturb(system: WholeSystem, ended: threading.Event) -> None:
    """Kill every worker and empty the broker, three times, while the journey is under way."""
    broker = redis.Redis.from_url(Installation.running_in(system.folder).broker_url)
    for _ in range(3):
        if ended.wait(3):
            return
        for process in psutil.Process(system.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it may have ended since it was listed
                if "portal.config.celery worker" in " ".join(process.cmdline()):
                    process.kill()
        broker.flushall()
        time.sleep(1)
