"""A decision, computed again from what was frozen with it, for the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.applications.replaying import replayed
from portal.core.errors import NotFound


class Command(BaseCommand):
    """Exit code 0: everything is the same; 1: something is not; 2: no vault worker answered."""

    help = (
        "Computes again what a decision rests on: the policy's answer from the frozen inputs and "
        "the version that gave it, the score in the vault as far down as its inputs are kept; and "
        "holds the decision against the ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("decision", type=UUID, metavar="ID")
        parser.add_argument("--wait", type=float, default=60.0, help="seconds for the worker")

    def handle(self, *_args: Any, decision: UUID, wait: float, **_options: Any) -> None:
        try:
            found = replayed(decision)
        except NotFound as error:
            raise CommandError(f"There is no decision {decision}.") from error
        for name in found.compared:
            self.stdout.write(f"  {'DIFFERS' if name in found.differing else 'equal  '}  {name}")
        if found.score_id is None:
            self.stdout.write("No score was frozen with this decision.")
        else:
            call_command("replay_score", str(found.score_id), wait=wait, stdout=self.stdout)
        if found.differing:
            raise CommandError("The decision does not hold.", returncode=1)
        self.stdout.write(self.style.SUCCESS("The decision is what its frozen inputs give."))
