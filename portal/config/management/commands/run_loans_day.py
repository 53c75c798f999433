"""The run of a day over all loans, by hand; beat does the same every ten minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.servicing.loans import today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.tasks import ACTOR


class Command(BaseCommand):
    help = "Collect what has fallen due and class what is late. Broken off, it is gone on with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", help="YYYY-MM-DD, today unless told")

    def handle(self, *args: Any, day: str | None, **options: Any) -> None:
        """Says how many loans it looked at."""
        try:
            wanted = date.fromisoformat(day) if day else today()
        except ValueError as error:
            raise CommandError(f"{day} is no day: YYYY-MM-DD") from error
        looked = 0
        while some := look_at_loans(ACTOR, day=wanted):
            looked += some
        self.stdout.write(f"{looked} loans on {wanted}")
