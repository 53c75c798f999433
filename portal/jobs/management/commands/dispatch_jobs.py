"""The dispatcher process: wakes on a notification or every half second."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType
from uuid import UUID

from celery import current_app
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError

from portal.jobs.dispatch import dispatch_due, sweep
from portal.jobs.enqueue import CHANNEL

log = logging.getLogger(__name__)
PAUSE = 0.5
SWEEP_EVERY = 5.0


def send(job_id: UUID, queue: str) -> None:
    """Hand a job's id to the broker; raises when the broker can't take it."""
    current_app.send_task("jobs.run", args=[str(job_id)], queue=queue, retry=False)


class Command(BaseCommand):
    help = "Send due jobs to the Celery queues, and sweep up after crashes. Runs until stopped."

    stopping = False

    def handle(self, *args: object, **options: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        swept_at = 0.0
        while not self.stopping:
            try:
                if time.monotonic() - swept_at >= SWEEP_EVERY:
                    sweep()
                    swept_at = time.monotonic()
                if not dispatch_due(send):
                    self._wait()
            except (DatabaseError, OperationalError, OSError) as problem:
                # Broker or database away: nothing is lost, the rows stay; try again.
                log.warning("dispatcher: %s", problem)
                connection.close()
                time.sleep(1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _wait(self) -> None:
        """Until somebody enqueues, at most PAUSE seconds."""
        connection.ensure_connection()
        raw = connection.connection
        raw.execute(f"LISTEN {CHANNEL}")
        for _ in raw.notifies(timeout=PAUSE, stop_after=1):
            return
