"""Redraw the pictures of docs/architecture.md from the code."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from portal.config.architecture import DOCUMENT, drawn


class Command(BaseCommand):
    help = "Redraw the pictures of docs/architecture.md from the code."

    def handle(self, *args: object, **options: object) -> None:
        DOCUMENT.write_text(drawn(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write("docs/architecture.md is drawn.")
