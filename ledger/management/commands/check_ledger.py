"""The chain's check for the operator's terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from ledger.check_words import check_sentence
from ledger.format.note_keys import NoteRefused
from ledger.verification import check_and_store


class Command(BaseCommand):
    """Exit code 0: the chain holds; 1: it doesn't, or it could not be checked."""

    help = "Re-hashes every entry of the ledger and says whether the chain holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The log-in needs to read entries and to keep verdicts: the web role."""
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias to check")

    def handle(self, *_args: Any, database: str, **_options: Any) -> None:
        """Check as the web role, which keeps the verdict."""
        try:
            check = check_and_store(database)
        except NoteRefused as error:
            raise CommandError(f"The public key: {error}") from error
        sentence = str(check_sentence(check))
        if not check.ok:
            raise CommandError(sentence, returncode=1)
        self.stdout.write(sentence)
        self.stdout.write(f"{check.entries / max(check.seconds, 1e-9):,.0f} entries a second.")
