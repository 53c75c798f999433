"""A score, computed again and compared number by number, for the terminal."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from portal.core.actor import SystemActor
from scoring.ask_replay import ask_replay
from scoring.code_version import engine_version
from scoring.models import Replay, ReplayExtent, Score
from scoring.score_entry import differs_from_ledger

NO_ANSWER = 2
LOOK_SECONDS = 0.2
EXTENTS = {
    ReplayExtent.RECORDS: "Computed again from the firm's records, read through the consent gate.",
    ReplayExtent.FEATURES: (
        "The records can't be read any more ({refused}). Computed again from the kept figures, "
        "which are the ones the commitment was made to; what they were computed from is vouched "
        "for by that commitment only."
    ),
    ReplayExtent.COMMITMENT: (
        "The records can't be read any more ({refused}) and the figures behind the score are "
        "erased. Checked is what was published: that points, score, probabilities and reasons "
        "follow from each other under the model, and that the commitment is the ledger's. The "
        "figures themselves can't be computed again."
    ),
}


class Command(BaseCommand):
    """Exit code 0: every number is the same; 1: one is not; 2: no worker answered."""

    help = (
        "Asks the vault worker to compute a score again from the records, or as far down as they "
        "are kept, and compares every number with the score and with the ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("score", type=UUID, metavar="ID")
        parser.add_argument("--wait", type=float, default=60.0, help="seconds for the worker")

    def handle(self, *_args: Any, score: UUID, wait: float, **_options: Any) -> None:
        replay_id = ask_replay(SystemActor("replay-command"), score_id=score)
        replay = self._answer(replay_id, wait)
        refused = replay.records_refused or "nothing refused"
        self.stdout.write(EXTENTS[ReplayExtent(replay.extent)].format(refused=refused))
        for name in replay.compared:
            self.stdout.write(f"  {'DIFFERS' if name in replay.differing else 'equal  '}  {name}")
        on_ledger = self._ledger(Score.objects.get(id=score))
        self._versions(replay)
        if replay.differing or on_ledger:
            raise CommandError("The score does not hold.", returncode=1)
        if not replay.compared:
            self.stdout.write("Nothing of this answer is kept that could be compared.")
            return
        self.stdout.write(self.style.SUCCESS("Every number compared is the same."))

    def _answer(self, replay_id: UUID, wait: float) -> Replay:
        until = time.monotonic() + wait
        while time.monotonic() < until:
            replay = Replay.objects.select_related("score").filter(id=replay_id).first()
            if replay is not None:
                return replay
            time.sleep(LOOK_SECONDS)
        raise CommandError(f"No vault worker answered within {wait:g} s.", returncode=NO_ANSWER)

    def _ledger(self, score: Score) -> bool:
        differing = differs_from_ledger(score)
        if differing is None:
            self.stdout.write("  MISSING  the ledger has no entry of this score")
            return True
        said = f"DIFFERS  ledger: {', '.join(differing)}" if differing else "equal    ledger entry"
        self.stdout.write(f"  {said}")
        return bool(differing)

    def _versions(self, replay: Replay) -> None:
        then, now = replay.score.code_version, replay.code_version
        if then != now:
            self.stdout.write(f"Computed by {then} then and by {now} now.")
        if engine_version() != now:
            self.stdout.write("The worker runs other code than this command.")
