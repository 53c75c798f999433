"""Remove a person's second factors after the operator has checked who asks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import reset_second_factor
from portal.core.errors import Refused


class Command(BaseCommand):
    help = "Remove the phone and recovery codes of EMAIL and tell the person. Run as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Refuses an unknown address."""
        try:
            reset_second_factor.reset_second_factor(email=email)
        except Refused as refusal:
            raise CommandError(refusal.code) from refusal
        self.stdout.write(f"{email}: a new phone is set up at the next sign-in.")
