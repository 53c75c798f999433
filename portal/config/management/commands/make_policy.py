"""Write the demonstration's policy: the ledger's keys, its witnesses, their quorum."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ledger import keys
from portal.config import env
from portal.config.demonstration.witnesses import make_witnesses


class Command(BaseCommand):
    help = "Make the demonstration's witness keys and the policy; again after a change of keys."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the policy from the public key files, and name new keys."""
        given = env.text("TAXBRIDGE_WITNESSES").split(",")
        urls = dict(item.strip().split("=", 1) for item in given)
        made = list(make_witnesses(settings.KEYS_DIR, logs=keys.verifiers(), urls=urls))
        self.stdout.write(f"New keys: {', '.join(made)}" if made else "All keys are there.")
