"""A decision, computed again from what was frozen with it, for the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.applications.replaying import automatic_decision_ids, replayed
from portal.core.errors import NotFound


class Command(BaseCommand):
    """Exit code 0: everything is the same; 1: something is not; 2: no vault worker answered."""

    help = (
        "Computes again what a decision rests on: the policy's answer from the frozen inputs and "
        "the version that gave it, the offer, the score in the vault as far down as its inputs are "
        "kept; and holds the decision against the ledger. With --automatic every decision that a "
        "policy made alone, without asking the vault."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("decision", type=UUID, metavar="ID", nargs="?")
        which.add_argument("--automatic", action="store_true", help="all that policies made alone")
        parser.add_argument("--wait", type=float, default=60.0, help="seconds for the worker")

    def handle(
        self,
        *_args: Any,
        decision: UUID | None,
        wait: float,
        **_options: Any,
    ) -> None:
        if decision is None:
            self._all_automatic()
        else:
            self._one(decision, wait)

    def _one(self, decision: UUID, wait: float) -> None:
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

    def _all_automatic(self) -> None:
        ids = automatic_decision_ids()
        differing = 0
        for decision_id in ids:
            if names := replayed(decision_id).differing:
                differing += 1
                self.stdout.write(f"  DIFFERS  {decision_id}: {', '.join(names)}")
        said = f"{len(ids)} automatic decisions replayed, {len(ids) - differing} equal."
        if differing:
            raise CommandError(f"{said} {differing} do not hold.", returncode=1)
        self.stdout.write(self.style.SUCCESS(said))
