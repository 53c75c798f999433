"""One command from the labelled invoices to the model file and its card."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoring.engine.model import MODELS, SHIPPED_SHA256
from scoring.training.dataset import DataError, read_firms
from scoring.training.keeping import WouldReplace, differing, put

NEEDED = ("numpy", "sklearn", "optbinning")
ROOT = MODELS.parents[1]
DIFFERS, CANNOT_TRAIN, WOULD_REPLACE = 1, 2, 3


class Command(BaseCommand):
    """Exit code 0: byte for byte what is committed, or written; 1: something differs.

    2: the folder or the train group isn't there; 3: a model of that version would be replaced.
    """

    help = (
        "Fits the scorecard from a folder of labelled invoices, validates it beside its "
        "challengers, and compares model file, report, card and pictures with the committed ones."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, metavar="DATA")
        parser.add_argument("--write", action="store_true", help="put the result in their place")

    def handle(self, *_args: Any, data: Path, write: bool, **_options: Any) -> None:
        started = perf_counter()
        files = self._trained(data)
        changed = self._put(files) if write else differing(files)
        word = "written" if write else "DIFFERS"
        for path in files:
            self.stdout.write(f"{word if path in changed else 'same':8} {path.relative_to(ROOT)}")
        self.stdout.write(f"{perf_counter() - started:.0f} s")
        self._say_what_to_pin(files)
        if changed and not write:
            raise CommandError("Training does not give what is committed.", returncode=DIFFERS)

    def _trained(self, data: Path) -> Mapping[Path, bytes]:
        try:
            firms = read_firms(data, "labelled")
        except DataError as error:
            raise CommandError(str(error), returncode=CANNOT_TRAIN) from error
        if missing := [name for name in NEEDED if find_spec(name) is None]:
            raise CommandError(
                f"Training needs {', '.join(missing)}: pip install -r requirements-train.txt",
                returncode=CANNOT_TRAIN,
            )
        # Only there with the train group, so it can't be imported before the look above.
        report = import_module("scoring.training.report")
        found: Mapping[Path, bytes] = report.trained(data, firms)
        return found

    def _put(self, files: Mapping[Path, bytes]) -> list[Path]:
        try:
            return put(files)
        except WouldReplace as refused:
            raise CommandError(
                f"{refused} would be replaced, and scores were made with it. Raise VERSION in "
                "scoring/training/train.py; nothing was written.",
                returncode=WOULD_REPLACE,
            ) from refused

    def _say_what_to_pin(self, files: Mapping[Path, bytes]) -> None:
        for path, content in files.items():
            digest = hashlib.sha256(content).hexdigest()
            if path.name.startswith("scorecard-") and digest != SHIPPED_SHA256:
                self.stdout.write(
                    f"To ship it, pin {path.name} and {digest} in scoring/engine/model.py "
                    "and in tests/scoring/test_model_file.py."
                )
