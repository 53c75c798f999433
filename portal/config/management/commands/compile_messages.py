"""Compile the committed catalogues for Python's gettext; needs nothing but Python."""

from __future__ import annotations

import os
from pathlib import Path
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
            _replace(path.with_suffix(".mo"), mo_bytes(messages.values()))
            self.stdout.write(f"{path.parent.parent.name}: {len(messages)} messages")


def _replace(path: Path, content: bytes) -> None:
    """Put the file there whole: other processes may be reading it, or writing the same."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
