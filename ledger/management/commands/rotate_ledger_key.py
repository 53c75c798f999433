"""The two steps of changing the ledger's signing key."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ledger import keys
from ledger.format.note_keys import NoteRefused
from ledger.key_rotation import RotationRefused, announce_key, finish_rotation

STEPS = ("announce", "finish")


class Command(BaseCommand):
    """Run as the owner, where the key files are. Exit code 1: refused, with the reason."""

    help = "Announce the ledger's next signing key, or finish its taking the old one's place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which step."""
        parser.add_argument("step", choices=STEPS)

    def handle(self, *_args: Any, step: str, **_options: Any) -> None:
        """Take the step; refuses a key file that is none, and a finish that comes too early."""
        signing = settings.KEYS_DIR / "ledger" / "signing.pem"
        try:
            if step == "announce":
                self._announce(signing)
            else:
                retired = finish_rotation(signing, origin=keys.origin())
                self.stdout.write(f"Retired: {retired}. Its public half stays pinned.")
        except (RotationRefused, NoteRefused, OSError) as error:
            raise CommandError(str(error)) from error

    def _announce(self, signing: Path) -> None:
        verifier = announce_key(
            signing, origin=keys.origin(), pinned=keys.public_file(), policy=keys.policy_file()
        )
        self.stdout.write(f"Announced: {verifier}")
        self.stdout.write("Hand it to the witnesses, then run this command with: finish")
