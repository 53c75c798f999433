"""A portfolio of firms that apply at a demonstration bank, whose policy decides small amounts."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import Organisation
from portal.applications.models import LoanApplication
from portal.applications.transitions import IN_WORK, Status
from portal.config.authority_commands import asked_of_authority
from portal.config.demonstration import cast
from portal.config.demonstration.portfolio import LOGIN, NAME, accountant, sent, wishes
from portal.config.demonstration.seed import demonstration_id
from portal.products.models import Product

# The first are the demonstration's own, which its people connect.
FIRST_FIRMS = 12
PREPARED = IN_WORK - {Status.UNDER_REVIEW, Status.AWAITING_APPROVAL}
PATIENCE_S = 180.0
BANK = cast.BANKS[1]


class Command(BaseCommand):
    help = (
        "Have firms of the demonstration tax authority apply at Harbour Demo Bank, whose policy "
        "decides small amounts by itself; prints what became of them. The system must be running."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, default=500)
        parser.add_argument(
            "--small", action="store_true", help="only amounts that the policy may decide"
        )
        parser.add_argument(
            "--one-by-one", action="store_true", help="send each when the one before is settled"
        )

        parser.add_argument(
            "--watched", action="store_true", help="each firm lets the bank watch over it too"
        )

    def handle(
        self,
        *_args: object,
        applications: int,
        small: bool,
        one_by_one: bool,
        watched: bool,
        **_options: object,
    ) -> None:
        password = secrets.token_hex(12)  # may not begin like an option
        product = Product.objects.get(bank_id=demonstration_id(BANK.key), name=BANK.product)
        most_fen = BANK.alone_up_to_fen if small else product.max_amount_fen
        firms = wishes(self._firms(applications, password), product, most_fen=most_fen)
        person, started = accountant(password), time.monotonic()
        made: list[UUID] = []
        for wish in firms:
            made.append(sent(person, wish, password=password, watched=watched).id)
            if one_by_one:
                self._wait(made)
            if not len(made) % 50:
                self.stdout.write(f"{len(made)} sent, {time.monotonic() - started:.0f} s")
        self._wait(made)
        self.stdout.write(f"{len(made)} settled after {time.monotonic() - started:.0f} s")
        self._tell(made)

    def _tell(self, made: Sequence[UUID]) -> None:
        found = LoanApplication.objects.filter(id__in=made).select_related("decision")
        for (status, is_automatic), number in sorted(Counter(map(_outcome, found)).items()):
            by = "by the policy" if is_automatic else "by nobody yet"
            self.stdout.write(f"{number:>7}  {status}, {by}")

    def _firms(self, number: int, password: str) -> list[str]:
        """Codes of so many firms that nobody has connected, with the person let in for each."""
        known = set(Organisation.objects.exclude(uscc="").values_list("uscc", flat=True))
        asked_of_authority("simulate_firms", str(FIRST_FIRMS + len(known) + number))
        listed = asked_of_authority("authority_accounts").splitlines()
        codes = dict.fromkeys(word for line in listed for word in line.split() if len(word) == 18)
        free = [code for code in list(codes)[FIRST_FIRMS:] if code not in known][:number]
        if len(free) < number:
            raise CommandError(f"The tax authority has only {len(free)} firms left.")
        asked_of_authority(
            *("authority_accounts", "--add", *free, "--login", LOGIN, "--name", NAME),
            *("--password", password),
        )
        return free

    def _wait(self, ids: Sequence[UUID]) -> None:
        """Until fetch, score and policy are through with all; each step forward buys more time."""
        left, until = len(ids) + 1, time.monotonic() + PATIENCE_S
        waiting = LoanApplication.objects.filter(id__in=ids, status__in=list(PREPARED))
        while found := waiting.count():
            if found < left:
                left, until = found, time.monotonic() + PATIENCE_S
            elif time.monotonic() > until:
                raise CommandError(f"{found} applications wait for the workers; is it all running?")
            time.sleep(0.2)


def _outcome(application: LoanApplication) -> tuple[str, bool]:
    decision = application.decision
    return application.status, decision is not None and decision.is_automatic
