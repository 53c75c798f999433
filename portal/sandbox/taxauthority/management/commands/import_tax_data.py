"""Fill the authority's store from the published workbook or the CSV files beside it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.core.months import SHANGHAI
from portal.sandbox.taxauthority.reading.refusals import FileRefused, TooManyRefusals
from portal.sandbox.taxauthority.store.import_files import ImportReport, import_files
from portal.sandbox.taxauthority.store.reports import (
    summary_lines,
    write_refusals,
    write_report,
)

_SHOWN_REFUSALS = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a folder, or one workbook or CSV file")
        parser.add_argument(
            "--shift",
            action="store_true",
            help="serve all dates moved by whole months, so that the last full month of the "
            "records is the last month that is over",
        )
        parser.add_argument("--processes", type=int, default=2, help="readers at once")
        parser.add_argument("--report", type=Path, help="folder for the report of refused rows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report; a file that can't be read stops it with nothing stored."""
        started = time.monotonic()
        now = timezone.now().astimezone(SHANGHAI)
        folder = options["report"] or settings.REPORTS_DIR / f"{now:%Y%m%d-%H%M%S-%f}"
        try:
            report = import_files(
                options["path"],
                shift=options["shift"],
                today=now.date(),
                processes=options["processes"],
                tell=self._tell,
            )
        except FileRefused as refused:
            where = self._keep_refusals(refused, folder)
            raise CommandError(f"{refused}. Nothing was stored.{where}") from refused
        write_report(report, folder)
        self._say(report, folder, time.monotonic() - started)

    def _tell(self, line: str) -> None:
        """Progress is of use only while it goes on, also through a pipe."""
        self.stdout.write(line)
        self.stdout.flush()

    def _keep_refusals(self, refused: FileRefused, folder: Path) -> str:
        if not isinstance(refused, TooManyRefusals):
            return ""
        write_refusals(refused.refusals, folder)
        return f" The rows are listed in {folder / 'refused.csv'}."

    def _say(self, report: ImportReport, folder: Path, seconds: float) -> None:
        self.stdout.write("\nCode → unified social credit code (synthetic, and the same for ever):")
        for firm in report.firms:
            self.stdout.write(f"{firm.code}  {firm.uscc}")
        self.stdout.write("")
        for refusal in report.refusals[:_SHOWN_REFUSALS]:
            self.stderr.write(f"Refused: {refusal}")
        for line in summary_lines(report):
            self.stdout.write(line)
        rate = report.read / seconds if seconds else 0
        self.stdout.write(f"{seconds:.1f} s, {rate:,.0f} rows a second. Report: {folder}")
