"""The sequencer process."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Event as Flag
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import keys
from ledger.checkpoints import Keyring
from ledger.format.note_keys import NoteRefused, Signer
from ledger.format.policy import PolicyRefused
from ledger.keyring import KeyFiles
from ledger.restore_safety import RestoreSafety
from ledger.sequencer import Sequencer
from ledger.signing_memory import memory_of_process
from portal.config import env

PATIENCE = 10.0


class Command(BaseCommand):
    """Number, chain and sign the events of the outbox, until SIGTERM or SIGINT."""

    help = "Moves events from the outbox into the ledger, every 200 ms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--once`` is for scripts and tests."""
        parser.add_argument("--once", action="store_true", help="empty the outbox and end")
        parser.add_argument("--name", default="sequencer", help="whom ledger.leader says leads")

    def handle(self, *_args: Any, once: bool, name: str, **_options: Any) -> None:
        """Run; refuses a bad key file or policy."""
        try:
            signer = keys.signer()
            keys.policy()
        except (NoteRefused, OSError) as error:
            raise CommandError(f"{keys.PRIVATE_KEY}: {error}") from error
        except PolicyRefused as error:
            raise CommandError(f"{keys.POLICY}: {error}") from error
        if signer is None:
            self.stderr.write(f"{keys.PRIVATE_KEY} is not set: entries are chained, not signed.")
        safety = RestoreSafety(keys.origin(), keys.policy, memory_of_process())
        self._run(Sequencer(_keyring(signer), safety=safety, name=name), once=once)

    def _run(self, sequencer: Sequencer, *, once: bool) -> None:
        if once:
            if not sequencer.drain(patience=PATIENCE):
                raise CommandError("Not everything is signed; another leads, or the log says why.")
            return
        stop = Flag()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("The ledger's sequencer is running.")
        sequencer.run(stop)


def _keyring(signer: Signer | None) -> Keyring | None:
    """The key that was looked at, and whatever takes its place later."""
    return KeyFiles(signer.name, Path(env.text(keys.PRIVATE_KEY))) if signer else None
