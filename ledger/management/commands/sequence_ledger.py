"""The sequencer process."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event as Flag
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import keys
from ledger.format.note_keys import NoteRefused
from ledger.sequencer import Sequencer


class Command(BaseCommand):
    """Number, chain and sign the events of the outbox, until SIGTERM or SIGINT."""

    help = "Moves events from the outbox into the ledger, every 200 ms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--once`` is for scripts and tests."""
        parser.add_argument("--once", action="store_true", help="empty the outbox and end")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        """Run; refuses a bad key file."""
        try:
            signer = keys.signer()
        except (NoteRefused, OSError) as error:
            raise CommandError(f"{keys.PRIVATE_KEY}: {error}") from error
        if signer is None:
            self.stderr.write(f"{keys.PRIVATE_KEY} is not set: entries are chained, not signed.")
        self._run(Sequencer(signer), once=once)

    def _run(self, sequencer: Sequencer, *, once: bool) -> None:
        if once:
            while sequencer.append_batch():
                pass
            return
        stop = Flag()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("The ledger's sequencer is running.")
        sequencer.run(stop)
