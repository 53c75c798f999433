"""Say what the catalogue lacks, and fail if it lacks anything."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.config.management.commands.collect_messages import CATALOGUE
from portal.config.messages.catalogue import read_po
from portal.config.messages.collect import collect
from portal.config.messages.problems import problems


class Command(BaseCommand):
    help = "Fail on messages that are missing, fuzzy, unused, or with other placeholders."

    def handle(self, *args: Any, **options: Any) -> None:
        used = collect(settings.BASE_DIR)
        found = list(problems(used, read_po(settings.BASE_DIR / CATALOGUE)))
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(used)} messages, all translated")
