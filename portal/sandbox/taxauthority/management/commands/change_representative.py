"""Change a firm's legal representative; asking sides read of it in the list of ended mandates."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.sandbox.taxauthority.models import Firm, Person
from portal.sandbox.taxauthority.store.accounts import ensure_person, hashed
from portal.sandbox.taxauthority.store.mandates import change_representative


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uscc", help="the firm")
        parser.add_argument("login", help="login name of the new legal representative")
        parser.add_argument("--name", help="the person's name, for one not yet known here")
        parser.add_argument("--password", help="of a new person (default: made and printed)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse an unknown firm, and an unknown person without a name."""
        firm = Firm.objects.filter(uscc=options["uscc"]).first()
        if firm is None:
            raise CommandError(f"No firm here has the code {options['uscc']}.")
        successor = self._successor(options)
        ended = change_representative(firm, successor)
        self.stdout.write(
            f"{successor.login} is legal representative of {firm.name}; mandates ended: {ended}."
        )

    def _successor(self, options: dict[str, Any]) -> Person:
        known = Person.objects.filter(login=options["login"]).first()
        if known is not None:
            return known
        if not options["name"]:
            raise CommandError(f"Nobody here has the login name {options['login']}: give --name.")
        password = options["password"] or secrets.token_urlsafe(9)
        if not options["password"]:
            self.stdout.write(f"Password of {options['login']}: {password}")
        return ensure_person(
            login=options["login"],
            name=options["name"],
            password_hash=hashed(password),
            renew=False,
        )
