"""Bring the catalogue up to date with the texts in the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.config.messages.catalogue import Message, read_po, write_po
from portal.config.messages.collect import collect

CATALOGUE = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")


class Command(BaseCommand):
    help = "Collect texts from code and templates into the catalogue; translations are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fill",
            nargs="*",
            type=Path,
            default=[],
            metavar="FILE",
            help="JSON files {English: translation} for messages without one",
        )

    def handle(self, *args: Any, fill: list[Path], **options: Any) -> None:
        path = settings.BASE_DIR / CATALOGUE
        known = read_po(path) if path.exists() else {}
        used = collect(settings.BASE_DIR)
        given = {english: text for file in fill for english, text in _translations(file).items()}
        for key, message in used.items():
            _translate(message, known.get(key), given)
        write_po(path, used.values())
        empty = sum(not message.text for message in used.values())
        dropped = len(set(known) - set(used))
        self.stdout.write(f"{len(used)} messages, {empty} without translation, {dropped} dropped")


def _translations(file: Path) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def _translate(message: Message, known: Message | None, given: dict[str, str]) -> None:
    if known is not None and known.text:
        message.text, message.is_fuzzy = known.text, known.is_fuzzy
    else:
        marked = f"{message.context}|{message.msgid}" if message.context else message.msgid
        message.text = given.get(marked) or given.get(message.msgid, "")
