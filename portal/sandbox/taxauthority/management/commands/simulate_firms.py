"""Make invented firms with 36 months of invoices, and people who can sign in for them."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.months import Month
from portal.sandbox.taxauthority.store.firms import last_confirmed_month
from portal.sandbox.taxauthority.store.simulate import simulate_firms

MOST = 2_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, help=f"number of firms, 1 to {MOST}")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed makes the same firms"
        )
        parser.add_argument("--until", help="last month, YYYY-MM (default: the last that is over)")
        parser.add_argument(
            "--password", help="for all sign-ins, old ones too (default: made and printed)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate; refuses a count out of range and a month that isn't over."""
        if not 1 <= options["count"] <= MOST:
            raise CommandError(f"The number of firms must be from 1 to {MOST}.")
        started = time.monotonic()
        password = options["password"] or secrets.token_urlsafe(9)
        report = simulate_firms(
            options["count"],
            seed=options["seed"],
            last=self._last(options["until"]),
            password=password,
            renew_passwords=options["password"] is not None,
            tell=self.stdout.write,
        )
        self.stdout.write(
            f"{report.made} firms made with {report.invoices:,} invoices, {report.kept} were there "
            f"already; {time.monotonic() - started:.1f} s."
        )
        if not options["password"]:
            self.stdout.write(f"Password of the people made now: {password}")

    def _last(self, text: str | None) -> Month:
        last = last_confirmed_month()
        if text is None:
            return last
        try:
            asked = Month.parse(text)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if asked > last:
            raise CommandError(f"{asked} is not over; the last full month is {last}.")
        return asked
