"""The process that brings checkpoints before the witnesses."""

from __future__ import annotations

import signal
from threading import Event as Flag
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import keys
from ledger.format.note_keys import NoteRefused
from ledger.format.policy import PolicyRefused
from ledger.witnessing.following import PolicyFile, gather


class Command(BaseCommand):
    """Ask every witness of the policy for its cosignature, until SIGTERM or SIGINT."""

    help = "Brings each checkpoint before the witnesses of the policy and keeps what they sign."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run; refuses a policy that is broken at the start, a later one changes nothing."""
        try:
            file = PolicyFile()
        except (PolicyRefused, NoteRefused, OSError) as error:
            raise CommandError(f"{keys.POLICY}: {error}") from error
        if not file.policy.witnesses:
            self.stderr.write("The policy names no witness: nothing will be witnessed.")
        stop = Flag()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("Cosignatures are being gathered.")
        gather(file, stop)
