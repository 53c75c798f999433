"""The one-time code of a demonstration person, as a phone would show it."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.config.demonstration import signins

STEP = 30


class Command(BaseCommand):
    help = "Print the present one-time code of WHO (sara, bo, rita …)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who")

    def handle(self, *args: object, who: str, **options: object) -> None:
        known = signins.load(Path(settings.DATA_DIR) / "demo.json")
        key = who.partition("@")[0].lower()
        if key not in known:
            raise CommandError(f"No {who!r} here; there are: {', '.join(known) or 'none yet'}.")
        left = STEP - int(time.time()) % STEP
        self.stdout.write(f"{known[key].code()}   (for {left} more seconds; each counts once)")
