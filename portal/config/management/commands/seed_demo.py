"""Fill an empty portal with the demonstration's banks, products and people."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.config.demonstration.seed import seed


class Command(BaseCommand):
    help = (
        "Make the demonstration's banks, products and people, and write their sign-ins to "
        "demo.json. Needs the log-ins web (as role), signer and owner. Safe to run again."
    )

    def handle(self, *args: object, **options: object) -> None:
        path = Path(settings.DATA_DIR) / "demo.json"
        for sign_in in seed(path).values():
            self.stdout.write(f"{sign_in.who}: {sign_in.email} / {sign_in.password}")
