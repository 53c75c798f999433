"""Remove files that no document names: their transaction failed after they were written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.applications.document_models import Document
from portal.applications.document_store import old_files


class Command(BaseCommand):
    help = "Remove files older than an hour that no document names. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        files = {path.name: path for path in old_files()}
        named = Document.objects.filter(stored_as__in=files).values_list("stored_as", flat=True)
        orphans = files.keys() - set(named)
        for name in orphans:
            files[name].unlink(missing_ok=True)
        self.stdout.write(f"{len(orphans)} of {len(files)} files removed.")
