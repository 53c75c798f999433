"""The watchdog: ends readers of consents that are no longer live."""

from __future__ import annotations

import signal
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from django.db import connection

CHANNEL = "gate_stop"
SECONDS_BETWEEN = 1.0


class Command(BaseCommand):
    help = "End readers of stopped or expired consents, at once on notice and every second."
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--rounds", type=int, default=None, help="Stop after so many rounds.")

    def handle(self, *args: Any, rounds: int | None, **options: Any) -> None:
        """Run until told to stop. A lost connection ends the process: it gets started again."""
        signal.signal(signal.SIGTERM, _stop)
        connection.ensure_connection()
        link: psycopg.Connection[Any] = connection.connection
        link.execute(f"LISTEN {CHANNEL}")
        done = 0
        while rounds is None or done < rounds:
            if ended := _evict(link):
                self.stderr.write(f"Ended {ended} readers of consents that are over.")
            # Comes back on the first notice, else after a second: expiry gives no notice.
            for _notice in link.notifies(timeout=SECONDS_BETWEEN, stop_after=1):
                break
            done += 1


def _evict(link: psycopg.Connection[Any]) -> int:
    row = link.execute("SELECT reaper.evict()").fetchone()
    return int(row[0]) if row else 0


def _stop(*_args: object) -> None:
    raise SystemExit(0)
