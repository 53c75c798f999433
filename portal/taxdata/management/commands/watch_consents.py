"""The watchdog: what has to happen when a consent ends, whether or not anything else is running."""

from __future__ import annotations

import signal
import time
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from portal.consents.note_ends import note_ends
from portal.consents.renew_erasing import renew_erasing
from portal.taxdata.erasing import sweep_vault

CHANNEL = "gate_stop"
SECONDS_BETWEEN = 1.0
SECONDS_BETWEEN_SWEEPS = 10.0


class Command(BaseCommand):
    help = (
        "End readers of stopped or expired consents, at once on notice and every second; put on "
        "record what has run out and erase what no consent covers, every ten seconds."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--rounds", type=int, default=None, help="Stop after so many rounds.")

    def handle(self, *args: Any, rounds: int | None, **options: Any) -> None:
        """Run until told to stop. A lost connection ends the process: it gets started again."""
        signal.signal(signal.SIGTERM, _stop)
        connection.ensure_connection()
        link: psycopg.Connection[Any] = connection.connection
        link.execute(f"LISTEN {CHANNEL}")
        done, next_sweep = 0, 0.0
        while rounds is None or done < rounds:
            if ended := _evict(link):
                self.stderr.write(f"Ended {ended} readers of consents that are over.")
            if time.monotonic() >= next_sweep:
                self._sweep()
                next_sweep = time.monotonic() + SECONDS_BETWEEN_SWEEPS
            # Comes back on the first notice, else after a second: expiry gives no notice.
            for _notice in link.notifies(timeout=SECONDS_BETWEEN, stop_after=1):
                break
            done += 1

    def _sweep(self) -> None:
        # Readers are ended whatever becomes of the sweep; it comes round again.
        try:
            ended, erased = note_ends(), sweep_vault()
            renew_erasing()
        except DatabaseError as error:
            self.stderr.write(f"The sweep failed: {error}")
            return
        if ended or erased:
            self.stderr.write(f"{ended} consents ended; records of {erased} were erased.")


def _evict(link: psycopg.Connection[Any]) -> int:
    row = link.execute("SELECT reaper.evict()").fetchone()
    return int(row[0]) if row else 0


def _stop(*_args: object) -> None:
    raise SystemExit(0)
