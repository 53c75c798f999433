"""The report of an import: a folder with every refused row and every firm's USCC, and a summary."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.sandbox.taxauthority.reading.refusals import Refusal
from portal.sandbox.taxauthority.store.import_files import ImportReport

REMARKS = {
    "net_and_vat_differ_from_gross": "net and VAT differ from gross by more than a fen",
    "vat_of_the_wrong_sign": "VAT has another sign than net",
    "of_zero_amount": "of zero amount",
    "exact_repeats": "exact repeats, kept with their occurrence number",
    "lines_in_gb18030": "lines in GB18030 rather than UTF-8",
}


def summary_lines(report: ImportReport) -> Iterator[str]:
    """What became of every row, in words."""
    for source in report.sources:
        yield f"{source.label}: {source.read:,} read, {source.refused:,} refused"
    refused = report.read - report.accepted
    yield f"Invoices: {report.read:,} read = {report.accepted:,} accepted + {refused:,} refused"
    yield f"Of those accepted, {report.added:,} are new and {report.held:,} were held already"
    yield f"Companies: {report.companies_read:,} rows read, {len(report.firms):,} firms"
    for remark, count in sorted(report.remarks.items()):
        yield f"Kept with a remark: {count:,} × {REMARKS[remark]}"
    if report.skipped:
        yield f"Not tax data, left alone: {', '.join(report.skipped)}"
    if report.as_of:
        yield f"As of {report.as_of}, the last month that the records cover in full" + (
            f"; dates are served {report.shift_months} months later" if report.shift_months else ""
        )


def write_report(report: ImportReport, folder: Path) -> None:
    """Write summary.txt, refused.csv and firms.csv."""
    write_refusals(report.refusals, folder)
    summary = "".join(f"{line}\n" for line in summary_lines(report))
    (folder / "summary.txt").write_text(summary, encoding="utf-8")
    with (folder / "firms.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "uscc", "name"])
        writer.writerows((firm.code, firm.uscc, firm.name_zh) for firm in report.firms)


def write_refusals(refusals: Iterable[Refusal], folder: Path) -> None:
    """Write refused.csv: where each refused row stands, and why."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "row", "column", "value", "reason"])
        for refusal in refusals:
            place = (refusal.file, refusal.row, refusal.column)
            writer.writerow([*place, refusal.shown, refusal.reason])
