"""Make a bank: the portal's organisation, and the entry that the signer shows and signs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.accounts.create_organisation import create_organisation
from portal.consents.create_bank_entry import create_bank_entry
from portal.core.actor import OrganisationKind
from portal.core.errors import Refused


class Command(BaseCommand):
    help = "Make a bank: NAME NAME_ZH LICENCE. Prints its id. Run as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("name_zh")
        parser.add_argument("licence")

    def handle(self, *args: Any, name: str, name_zh: str, licence: str, **options: Any) -> None:
        """Make both or neither; refuses a licence that is taken."""
        try:
            with transaction.atomic():
                bank = create_organisation(
                    kind=OrganisationKind.BANK, name=name, name_zh=name_zh, licence=licence
                )
                create_bank_entry(bank_id=bank.id, name=name, name_zh=name_zh, licence=licence)
        except Refused as refusal:
            raise CommandError(refusal.code) from refusal
        self.stdout.write(str(bank.id))
