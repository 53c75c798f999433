"""The sweep of orphaned files, for the terminal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.applications.sweep_documents import sweep_documents


class Command(BaseCommand):
    help = "Remove files older than an hour that no document names. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        removed, looked_at = sweep_documents()
        self.stdout.write(f"{removed} of {looked_at} files removed.")
