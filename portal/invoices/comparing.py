"""Comparing attached invoices with the records, while a score's use of the consent has them open.

A consent for a loan decision is good for one use. The scoring job's use answers both questions:
the job looks through its window once more before it closes, and no second use is counted.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from portal.consents.door import ConsentRefused, Window
from portal.consents.purposes import Category
from portal.core.actor import SystemActor
from portal.core.months import Month
from portal.core.sealing import NotOpened
from portal.invoices.checking.comparison import Comparison, compared
from portal.invoices.models import SealedFile
from portal.invoices.reading.document import read_document
from portal.invoices.reading.invoice import EInvoice, invoice_in
from portal.invoices.record_comparisons import record_comparisons
from portal.invoices.sealing import opened_file
from scoring.companions import Finish, looks_along

Records = Mapping[Month, Sequence[Mapping[str, Any]]]
WORKER = SystemActor("vault-worker")
log = logging.getLogger(__name__)


@looks_along
def compare_attached(window: Window, application_id: UUID) -> Finish:
    """Compare what waits at the application; what is returned keeps the answers afterwards."""
    waiting = SealedFile.objects.filter(
        attachment__application_id=application_id, attachment__comparison=Comparison.WAITING
    ).select_related("attachment")
    rows = list(waiting)
    records = _records(
        window, {Month.of(row.attachment.month) for row in rows if row.attachment.month}
    )
    found = {row.attachment_id: _compared(row, records) for row in rows}

    return partial(_keep, window.artefact.id, found)


def _keep(consent_id: UUID, found: Mapping[UUID, Comparison]) -> None:
    """A consent that was stopped since the score was published takes the answers with it."""
    try:
        if found:
            record_comparisons(WORKER, consent_id=consent_id, found=found)
    except ConsentRefused as ended:
        log.info("comparisons under consent %s are not kept: %s", consent_id, ended.code)


def _compared(row: SealedFile, records: Records) -> Comparison:
    invoice = _invoice(row)
    if invoice is None:
        return Comparison.NOT_COMPARED
    if invoice.month not in records:
        return Comparison.NOT_COVERED
    return compared(invoice, records[invoice.month], side=row.attachment.side)


def _invoice(row: SealedFile) -> EInvoice | None:
    """Genuine when it was attached; None for a blob that isn't what was sealed then."""
    try:
        return invoice_in(read_document(opened_file(row)))
    except NotOpened:
        return None


def _records(window: Window, wanted: set[Month]) -> Records:
    """Records of the wanted months that the consent covers and the authority has confirmed."""
    confirmed = window.as_of if wanted else None
    if confirmed is None:
        return {}
    terms = window.artefact
    if Category.VAT_INVOICES not in terms.categories:
        return {}
    first, last = terms.first_month, min(terms.last_month, confirmed)
    found: dict[Month, list[Mapping[str, Any]]] = {
        month: [] for month in wanted if first <= month <= last
    }
    for chunk in window.chunks("records"):
        if chunk.category == Category.VAT_INVOICES and chunk.month in found:
            found[chunk.month] = [json.loads(line) for line in chunk.data.splitlines()]
    return found
