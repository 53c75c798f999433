"""All of an organisation's events with their receipts as one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django import forms

from ledger import export
from ledger.export.accompanying import policy_text
from ledger.format.receipt import Receipt
from ledger.keys import policy
from portal.core.actor import Actor
from portal.oversight.event_queries import OwnFilter, own_event_batches, own_events_reach
from portal.oversight.receipts import receipts_if_signed
from portal.web.day_span import DaySpanForm
from portal.web.own_events_texts import read_me
from portal.web.receipt_files import file_name

# Half a minute's work; who has more takes it a span of days at a time.
MOST_RECEIPTS = 20_000
VERIFIER = Path(export.__file__).with_name("verify_taxbridge.py")


class ArchiveForm(DaySpanForm):
    """Of which days; of one thing or of all."""

    about = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def wanted(self) -> OwnFilter:
        """What is asked for; only once the form is valid."""
        since, until = self.span()
        return OwnFilter(about=self.cleaned_data["about"], since=since, until=until)


def is_too_large(actor: Actor, wanted: OwnFilter) -> bool:
    """Whether there are more events than one archive holds."""
    return own_events_reach(actor, wanted, count=MOST_RECEIPTS + 1)


def packed_events(actor: Actor, wanted: OwnFilter) -> tuple[int, IO[bytes]]:
    """How many receipts, and a file without a name that holds them, policy, verifier and a note.

    Refuses (RuleBroken) where the ledger's rows are no longer those that were signed: nothing is
    left out in silence, so it is whole before its first byte is sent.
    """
    count = 0
    with ExitStack() as unless_whole:
        file = unless_whole.enter_context(TemporaryFile(prefix="taxbridge-events"))
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", read_me())
            archive.writestr("policy", policy_text(policy()))
            archive.write(VERIFIER, "verify_taxbridge.py")
            for receipt in _receipts(actor, wanted):
                archive.writestr(f"receipts/{file_name(receipt)}", receipt.text())
                count += 1
        unless_whole.pop_all()
    file.seek(0)
    return count, file


def _receipts(actor: Actor, wanted: OwnFilter) -> Iterator[Receipt]:
    """Of those that are signed, newest first, a batch in memory at a time."""
    for batch in own_event_batches(actor, wanted):
        yield from receipts_if_signed(batch)
