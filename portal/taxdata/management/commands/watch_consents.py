"""The watchdog: what has to happen when a consent ends, whether or not anything else is running."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connection

from portal.consents.close_lost import close_lost
from portal.consents.note_ends import note_ends
from portal.consents.renew_erasing import renew_erasing
from portal.taxdata.erasing import sweep_vault

CHANNEL = "gate_stop"
SECONDS_BETWEEN = 1.0
SECONDS_BETWEEN_SWEEPS = 10.0
SWEEPS: Final[Mapping[str, Callable[[], int]]] = {
    "Ended by themselves": note_ends,
    "Records erased": sweep_vault,
    "Figures to be erased": renew_erasing,
    "Looks that nobody closed": close_lost,
}


class Command(BaseCommand):
    help = (
        "End readers of stopped or expired consents, at once on notice and every second; put on "
        "record what has run out and erase what no consent covers, every ten seconds."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--rounds", type=int, default=None, help="Stop after so many rounds.")

    def handle(self, *args: Any, rounds: int | None, **options: Any) -> None:
        """Run until told to stop. A lost connection ends the process: it gets started again.

        The sweep has a thread and a connection of its own: ending readers never waits for it.
        """
        signal.signal(signal.SIGTERM, _stop)
        connection.ensure_connection()
        link: psycopg.Connection[Any] = connection.connection
        link.execute(f"LISTEN {CHANNEL}")
        stopping = threading.Event()
        sweeper = threading.Thread(target=self._keep_sweeping, args=[stopping], daemon=True)
        sweeper.start()
        try:
            self._keep_evicting(link, sweeper, rounds)
        finally:
            stopping.set()
            sweeper.join(timeout=SECONDS_BETWEEN)

    def _keep_evicting(
        self, link: psycopg.Connection[Any], sweeper: threading.Thread, rounds: int | None
    ) -> None:
        done = 0
        while rounds is None or done < rounds:
            if not sweeper.is_alive():
                raise CommandError("The sweep has ended by itself.")
            if ended := _evict(link):
                self.stderr.write(f"Ended {ended} readers of consents that are over.")
            # Comes back on the first notice, else after a second: expiry gives no notice.
            for _notice in link.notifies(timeout=SECONDS_BETWEEN, stop_after=1):
                break
            done += 1

    def _keep_sweeping(self, stopping: threading.Event) -> None:
        try:
            while not stopping.is_set():
                for what, sweep in SWEEPS.items():
                    self._sweep(what, sweep)
                stopping.wait(SECONDS_BETWEEN_SWEEPS)
        finally:
            connection.close()

    def _sweep(self, what: str, sweep: Callable[[], int]) -> None:
        """One of the sweeps; whatever becomes of it, the others follow and it comes round again."""
        try:
            if done := sweep():
                self.stderr.write(f"{what}: {done}.")
        except DatabaseError as error:
            self.stderr.write(f"{what} failed: {error}")
            close_old_connections()


def _evict(link: psycopg.Connection[Any]) -> int:
    row = link.execute("SELECT reaper.evict()").fetchone()
    return int(row[0]) if row else 0


def _stop(*_args: object) -> None:
    raise SystemExit(0)
