"""One command from the labelled invoices to the model file and its card."""

from __future__ import annotations

from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

NEEDED = ("numpy", "sklearn", "optbinning")


class Command(BaseCommand):
    """Exit code 0: byte for byte what is committed, or written; 1: something differs."""

    help = (
        "Fits the scorecard from a folder of labelled invoices, validates it beside its "
        "challengers, and compares model file, report, card and pictures with the committed ones."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, metavar="DATA")
        parser.add_argument("--write", action="store_true", help="put the result in their place")

    def handle(self, *_args: Any, data: Path, write: bool, **_options: Any) -> None:
        if missing := [name for name in NEEDED if find_spec(name) is None]:
            raise CommandError(
                f"Training needs {', '.join(missing)}: pip install -r requirements-train.txt"
            )
        # Only there with the train group, so it can't be imported before the look above.
        report = import_module("scoring.training.report")
        started = perf_counter()
        differing = 0
        for path, content in report.trained(data).items():
            same = path.exists() and path.read_bytes() == content
            if write and not same:
                path.write_bytes(content)
            word = "same" if same else "written" if write else "DIFFERS"
            self.stdout.write(f"{word:8} {path.relative_to(report.ROOT)}")
            differing += not same
        self.stdout.write(f"{perf_counter() - started:.0f} s")
        if differing and not write:
            raise CommandError("Training does not give what is committed.", returncode=1)
