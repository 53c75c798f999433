"""All firms that let a bank watch over them, scored anew by the running workers."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from portal.accounts.models import Organisation
from portal.core.actor import OrganisationKind, SystemActor
from portal.core.errors import RuleBroken
from scoring.portfolio.models import RunStatus
from scoring.portfolio.queries import RunView, run_of
from scoring.portfolio.start_rescoring import start_rescoring

COMMAND: Final = SystemActor("rescore-portfolio")


class Command(BaseCommand):
    help = (
        "Score all firms of a bank (its name, licence or id) that let it watch over a loan. Joins "
        "the run that is on already; ending the command doesn't end the run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bank", metavar="BANK")
        parser.add_argument("--no-wait", action="store_true", help="start it and leave")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two lines")

    def handle(
        self, *_args: object, bank: str, no_wait: bool, every: float, **_options: object
    ) -> None:
        try:
            run_id = start_rescoring(COMMAND, bank_id=_bank(bank).id).id
        except RuleBroken as refusal:
            raise CommandError(refusal.message) from refusal
        run = run_of(run_id)
        self.stdout.write(f"run {run.id} of {run.month}, {run.consents} consents")
        while not no_wait and run.status != RunStatus.FINISHED:
            self.stdout.write(_said(run))
            time.sleep(every)
            run = run_of(run_id)
        self.stdout.write(_said(run))


def _bank(named: str) -> Organisation:
    banks = Organisation.objects.filter(kind=OrganisationKind.BANK)
    wanted = Q(name=named) | Q(name_zh=named) | Q(licence=named)
    with suppress(ValueError):
        wanted |= Q(id=UUID(named))
    found = list(banks.filter(wanted)[:2])
    if len(found) != 1:
        raise CommandError(f"There is no bank, or more than one, called {named}.")
    return found[0]


def _said(run: RunView) -> str:
    counted = ", ".join(f"{number} {status}" for status, number in run.counts.items() if number)
    return f"{run.settled} of {run.consents}: {counted or 'nothing yet'}"
