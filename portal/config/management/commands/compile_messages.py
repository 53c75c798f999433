"""Compile the committed catalogues for Python's gettext; needs nothing but Python."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.config.messages.catalogue import read_po
from portal.config.messages.compile import mo_bytes


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po to .mo."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po")):
            messages = read_po(path)
            path.with_suffix(".mo").write_bytes(mo_bytes(messages.values()))
            self.stdout.write(f"{path.parent.parent.name}: {len(messages)} messages")
