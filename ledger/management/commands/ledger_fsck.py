"""The whole ledger re-hashed, for the operator's terminal."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from ledger.check_words import damage_sentence
from ledger.format.note_keys import NoteRefused
from ledger.format.policy import PolicyRefused
from ledger.fsck import Report, check_everything

BAR: Final = 40
EVERY: Final = 0.2
MOST_SHOWN: Final = 20


class Command(BaseCommand):
    """Exit code 0: all holds; 1: something doesn't; 2: it could not be checked."""

    help = "Re-hashes the whole ledger, checks every signature, and names the first bad entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The log-in needs to read the ledger: the web role, or the sequencer's."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias to check")
        parser.add_argument(
            "--processes", type=int, default=min(os.cpu_count() or 1, 4), help="walk with so many"
        )

    def handle(self, *_args: Any, database: str, processes: int, **_options: Any) -> None:
        """Check, with a bar where somebody looks on."""
        started = time.perf_counter()
        bar = _Bar()
        try:
            report = check_everything(processes=processes, progress=bar.show, using=database)
        except (NoteRefused, PolicyRefused, OSError) as error:
            raise CommandError(f"A key file: {error}", returncode=2) from error
        finally:
            bar.clear()
        self._say(report, time.perf_counter() - started)
        if not report.ok:
            raise CommandError("The ledger does not hold.", returncode=1)

    def _say(self, report: Report, seconds: float) -> None:
        for damage in report.damages[:MOST_SHOWN]:
            self.stdout.write(str(damage_sentence(damage)))
        if more := len(report.damages) - MOST_SHOWN:
            self.stdout.write(f"... and {more} more." if more > 0 else "")
        self.stdout.write(
            f"{report.entries:,} entries, {report.checkpoints:,} checkpoints hold, "
            f"{report.witnessed:,} of them witnessed "
            f"({report.entries / max(seconds, 1e-9):,.0f} entries a second)."
        )


class _Bar:
    """A progress bar on a terminal; nothing in a log file."""

    def __init__(self) -> None:
        self._shown = 0.0

    def show(self, done: int, total: int) -> None:
        """Draw it anew, at most five times a second."""
        if not sys.stderr.isatty() or time.monotonic() - self._shown < EVERY:
            return
        self._shown = time.monotonic()
        filled = BAR * done // max(total, 1)
        line = f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done:,} of {total:,} entries"
        sys.stderr.write(line)
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
