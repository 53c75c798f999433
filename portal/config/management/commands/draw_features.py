"""Write docs/features.md from the features' catalogue."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand

from portal.config.feature_catalogue import feature_catalogue

DOCUMENT = Path(__file__).parents[4] / "docs" / "features.md"


class Command(BaseCommand):
    help = "Write docs/features.md from the features' catalogue."

    def handle(self, *args: object, **options: object) -> None:
        DOCUMENT.write_text(feature_catalogue(), encoding="utf-8")
        self.stdout.write("docs/features.md is written.")
