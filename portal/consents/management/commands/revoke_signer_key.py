"""Ends every consent signed with one key: the key was lost, or may have been copied."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection


class Command(BaseCommand):
    help = "Revoke a signer key: consents signed with it end at once. Run as the owner."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kid")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, kid: str, reason: str, **options: Any) -> None:
        """Write the revocation; the watchdog ends readers. It can't be taken back."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT gate.revoke_key(%s, %s)", [kid, reason])
        self.stdout.write(f"Key {kid} is revoked.")
