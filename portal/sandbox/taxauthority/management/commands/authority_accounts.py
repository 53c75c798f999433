"""List who can sign in at the tax authority and for which firm, or let one more person in."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.sandbox.taxauthority.models import Firm, Mandate, Role
from portal.sandbox.taxauthority.store.accounts import ensure_mandate, ensure_person, hashed


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--add", metavar="USCC", nargs="+", help="the firms to add a person to")
        parser.add_argument("--login", help="with --add: login name")
        parser.add_argument("--name", help="with --add: the person's name")
        parser.add_argument("--role", choices=Role.values, default=Role.LEGAL_REPRESENTATIVE)
        parser.add_argument("--password", help="with --add (default: made and printed)")

    def handle(self, *args: Any, **options: Any) -> None:
        """List accounts; with --add make one first, and refuse an unknown firm."""
        if options["add"]:
            self._add(options)
        mandates = Mandate.objects.filter(ends_at=None).select_related("person", "firm")
        for held in mandates.order_by("firm__code", "person__login"):
            who = f"{held.person.login:<12} {held.person.name:<20} {held.role:<20}"
            self.stdout.write(f"{who} {held.firm.uscc}  {held.firm.name}")

    @transaction.atomic
    def _add(self, options: dict[str, Any]) -> None:
        wanted = set(options["add"])
        firms = list(Firm.objects.filter(uscc__in=wanted))
        if unknown := wanted - {firm.uscc for firm in firms}:
            raise CommandError(f"No firm here has the code {', '.join(sorted(unknown))}.")
        if not options["login"] or not options["name"]:
            raise CommandError("--add needs --login and --name.")
        password = options["password"] or secrets.token_urlsafe(9)
        person = ensure_person(
            login=options["login"],
            name=options["name"],
            password_hash=hashed(password),
            renew=options["password"] is not None,
        )
        for firm in firms:
            ensure_mandate(person, firm, Role(options["role"]))
        if not options["password"]:
            self.stdout.write(f"Password, if {person.login} is new: {password}")
