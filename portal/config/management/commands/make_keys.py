"""Make the key files that processes are given by path; see docs/keys.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.config.keys import make_keys


class Command(BaseCommand):
    help = "Make missing private keys (0600) and their public files. Never replaces a key."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.KEYS_DIR)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Make what is missing below the folder, and name it."""
        made = list(make_keys(folder))
        self.stdout.write(f"New keys: {', '.join(made)}" if made else "All keys are there.")
