"""Make a regulator's organisation; its people are invited with `invite_person`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.create_organisation import create_organisation
from portal.core.actor import OrganisationKind
from portal.core.errors import Refused


class Command(BaseCommand):
    help = "Make a regulator. Prints its id. Run as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("name_zh")

    def handle(self, *args: Any, name: str, name_zh: str, **options: Any) -> None:
        """Make and record it."""
        try:
            regulator = create_organisation(
                kind=OrganisationKind.REGULATOR, name=name, name_zh=name_zh
            )
        except Refused as refusal:
            raise CommandError(refusal.code) from refusal
        self.stdout.write(str(regulator.id))
