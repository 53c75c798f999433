"""Put the models of this release into the registry. Run as the owner, after `migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from scoring.engine.model import MODELS, SHIPPED_SHA256
from scoring.registry.ship_models import ship_models


class Command(BaseCommand):
    help = "Register the model files of this release; the first installation scores with its own."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say which are new; a second run finds them there."""
        files = [path.read_bytes() for path in sorted(MODELS.glob("scorecard-*.json"))]
        for version in ship_models(files=files, champion_sha256=SHIPPED_SHA256):
            self.stdout.write(f"model {version.version}: {version.status}")
