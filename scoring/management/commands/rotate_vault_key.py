"""Changing the vault's key, in two steps by two log-ins (docs/keys.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from portal.consents.door import VAULT
from portal.consents.vault_keys import kid_of, load_vault_keys
from portal.taxdata.rotating import rewrap_data_keys
from scoring.rewrapping import rewrap_vectors


class Command(BaseCommand):
    help = (
        "As the owner, with --open KID: allow the vault worker to wrap data keys anew for an hour. "
        "In the vault worker's environment: wrap them all, and the keys of the feature vectors, "
        "to the key at TAXBRIDGE_VAULT_KEY."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--open", metavar="KID", help="The id of the new key.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open, or wrap and say how many; afterwards the old key's file can go."""
        if options["open"]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT vault.open_rotation(%s)", [options["open"]])
            self.stdout.write("Open for an hour. Now run the command in the vault worker's place.")
            return
        kid, keys = kid_of(settings.VAULT_KEY), load_vault_keys()
        done = rewrap_data_keys(keys, kid=kid, using=VAULT)
        vectors = rewrap_vectors(keys, kid=kid)
        self.stdout.write(
            f"{done} data keys and {vectors} feature vectors are wrapped to {kid}; "
            "none is left under another key."
        )
