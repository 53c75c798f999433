"""Put the models of this release into the registry. Run as the owner, after `migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.errors import RuleBroken
from scoring.engine.model import MODELS, RELEASED_SHA256, SHIPPED_SHA256
from scoring.registry.ship_models import ship_models


class Command(BaseCommand):
    help = "Register the model files of this release; the first installation scores with its own."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say which are new; CommandError for a file that was not released."""
        files = [path.read_bytes() for path in sorted(MODELS.glob("scorecard-*.json"))]
        try:
            made = ship_models(
                files=files, released=RELEASED_SHA256, champion_sha256=SHIPPED_SHA256
            )
        except RuleBroken as refused:
            raise CommandError(refused.message) from refused
        for version in made:
            self.stdout.write(f"model {version.version}: {version.status}")
