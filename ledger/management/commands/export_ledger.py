"""The ledger's static form for auditors, from the operator's terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from ledger.export.exporting import HISTORY, ExportRefused, export_to


class Command(BaseCommand):
    """Exit code 0: the folder holds the export; 1: refused, and why."""

    help = "Writes the ledger as files that verify_taxbridge.py and any C2SP tool can check."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a new folder, or one with an older export")
        parser.add_argument("--history", type=int, default=HISTORY, help="older checkpoints kept")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias to read")

    def handle(
        self, *_args: Any, folder: Path, history: int, database: str, **_options: Any
    ) -> None:
        """Export as the web role, which may read all it needs."""
        try:
            exported = export_to(folder, using=database, history=history)
        except ExportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        standing = "witnessed" if exported.is_witnessed else "signed, but not yet witnessed"
        self.stdout.write(f"{exported.size:,} entries, {standing}; {exported.read:,} read now.")
        self.stdout.write(f"Check it: python3 {folder}/verify_taxbridge.py log {folder}")
