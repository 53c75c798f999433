"""Say from which of its accounts a bank's loans are paid out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import Organisation
from portal.core.actor import OrganisationKind
from portal.core.errors import Refused
from portal.servicing.bank_accounts import name_bank_account


class Command(BaseCommand):
    help = (
        "Name a bank's account: LICENCE RAIL NUMBER (rail: ecny or bank_transfer). Run as the "
        "owner."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("licence")
        parser.add_argument("rail")
        parser.add_argument("number")

    def handle(self, *args: Any, licence: str, rail: str, number: str, **options: Any) -> None:
        """Loans that are open keep the account that they were opened with."""
        bank = Organisation.objects.filter(kind=OrganisationKind.BANK, licence=licence).first()
        if bank is None:
            raise CommandError(f"There is no bank with the licence {licence}.")
        try:
            name_bank_account(bank.id, rail, number)
        except Refused as refusal:
            raise CommandError(refusal.code) from refusal
        self.stdout.write(f"{bank.name}: {rail} {number}")
