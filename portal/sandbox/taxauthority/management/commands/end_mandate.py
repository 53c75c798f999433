"""End what a person may do for a firm; asking sides read of it in the list of ended mandates."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.sandbox.taxauthority.models import Firm, Person
from portal.sandbox.taxauthority.store.mandates import end_mandates


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uscc", help="the firm")
        parser.add_argument("login", help="the person's login name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse a firm or a person unknown here, and one without a mandate."""
        firm = Firm.objects.filter(uscc=options["uscc"]).first()
        person = Person.objects.filter(login=options["login"]).first()
        if firm is None or person is None or not end_mandates(firm, person):
            raise CommandError("No such person acts for such a firm.")
        self.stdout.write(f"{person.login} no longer acts for {firm.name}.")
