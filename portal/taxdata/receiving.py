"""Receiving one category: ask for the months not staged yet, seal each as it comes, complete.

A session's key dies with this process, and its unread pages with it. Whole months that were sealed
and committed before are kept, if the authority still signs for the same records; the next session
asks for the others only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from joserfc.jwk import KeySet, OKPKey

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.artefact import Artefact
from portal.consents.publishing import require_live
from portal.consents.purposes import Category
from portal.core.jobs import Job
from portal.core.months import Month
from portal.core.wire import new_session_key
from portal.jobs.enqueue import enqueue
from portal.jobs.registry import JobRun
from portal.taxdata.connector import AuthorityRefused, Connector, Request, Unreachable
from portal.taxdata.models import UNFINISHED, ImportStatus, TaxImport
from portal.taxdata.package import Asked, Manifest, PackageRefused, checked_manifest
from portal.taxdata.pages import finished_months, opened_records
from portal.taxdata.records import TaxRecord
from portal.taxdata.store import (
    Import,
    SealedMonth,
    StagedMonth,
    begin_import,
    complete_fetch,
    drop_fetch,
    seal_month,
    stage_month,
    staged_months,
)

ACTOR = "system:intake"
# The authority has forgotten the session: the next try opens another.
LOST = frozenset({"unknown_session", "unknown_page"})
Counts = Mapping[Month, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Keys:
    """Public keys as this process has them pinned."""

    signer: KeySet
    authority: KeySet
    vault: KeySet


@dataclass(frozen=True, slots=True)
class Fetch:
    """One run: whose consent, which document, and who is waiting for the outcome."""

    run: JobRun
    connector: Connector
    keys: Keys
    consent_id: UUID
    jws: str
    confirmation: str
    artefact_sha256: str
    artefact: Artefact


def receive(fetch: Fetch, row: TaxImport) -> None:
    """Bring one category in. Raises what the connector raises, and the refusals of the package;
    ConsentRefused at the first month that finds the consent ended.
    """
    manifest, session_key = _opened(fetch, row)
    into = _begin(fetch, row, manifest)
    fetch.run.step("requested")
    for month, records in finished_months(_pages(fetch, manifest, session_key), manifest):
        # Before the transaction: it holds the consent, and a withdrawal waits for it.
        sealed = seal_month(into, month, records)
        _stage(fetch, into, sealed, version=manifest.months[month].version)
        row.tries = 0
    fetch.run.step("pages_read")
    _complete(fetch, row, into, manifest)
    fetch.run.step("stored")


def _opened(fetch: Fetch, row: TaxImport) -> tuple[Manifest, OKPKey]:
    """A session for the months that aren't staged; for all, when staged ones have changed since."""
    staged = staged_months(row.id)
    if staged:
        newest = max(found.month for found in staged)
        manifest, session_key = _ask(fetch, row, min(newest + 1, fetch.artefact.last_month))
        if _held(staged, before=manifest.first_month) == _told(manifest, manifest.first_month):
            return manifest, session_key
        with transaction.atomic(durable=True):
            drop_fetch(row.id)
    return _ask(fetch, row, fetch.artefact.first_month)


def _ask(fetch: Fetch, row: TaxImport, first_month: Month) -> tuple[Manifest, OKPKey]:
    asked = Asked(
        artefact=fetch.artefact,
        artefact_sha256=fetch.artefact_sha256,
        category=Category(row.category),
        first_month=first_month,
        last_month=fetch.artefact.last_month,
        session_key=new_session_key(),
    )
    opened = fetch.connector.open_session(
        Request(
            artefact=fetch.jws,
            confirmation=fetch.confirmation,
            category=row.category,
            fetch_id=str(row.id),
            first_month=asked.first_month,
            last_month=asked.last_month,
            session_key=asked.session_key,
        )
    )
    manifest = checked_manifest(
        opened.manifest,
        keys=fetch.keys.authority,
        session=opened.id,
        asked=asked,
        now=time.time(),
    )
    return manifest, asked.session_key


def _held(staged: Sequence[StagedMonth], *, before: Month) -> Counts:
    return {found.month: (found.records, found.version) for found in staged if found.month < before}


def _told(manifest: Manifest, before: Month) -> Counts:
    return {
        month: (entry.records, entry.version)
        for month, entry in manifest.months.items()
        if entry.records and month < before
    }


def _pages(fetch: Fetch, manifest: Manifest, session_key: OKPKey) -> Iterator[list[TaxRecord]]:
    for number in range(1, len(manifest.pages) + 1):
        token = _page(fetch, manifest.session, number)
        yield opened_records(token, number=number, manifest=manifest, session_key=session_key)


def _page(fetch: Fetch, session: str, number: int) -> str:
    try:
        return fetch.connector.page(session, number)
    except AuthorityRefused as refusal:
        if refusal.code in LOST:
            raise Unreachable(refusal.message) from refusal
        raise


@transaction.atomic(durable=True)
def _begin(fetch: Fetch, row: TaxImport, manifest: Manifest) -> Import:
    require_live(fetch.consent_id)
    row.session, row.status = manifest.session, ImportStatus.RECEIVING
    row.save(update_fields=["session", "status"])
    record(
        EventKind.DATA_FETCH_REQUESTED,
        actor=ACTOR,
        subject=f"consent:{fetch.consent_id}",
        payload={
            "firm": str(fetch.artefact.firm.id),
            "bank": str(fetch.artefact.bank.id),
            "session": manifest.session,
        },
    )
    return begin_import(
        manifest,
        fetch_id=row.id,
        firm_id=fetch.artefact.firm.id,
        consent_id=fetch.consent_id,
        recipients=fetch.keys.vault,
    )


@transaction.atomic(durable=True)
def _stage(fetch: Fetch, into: Import, sealed: SealedMonth, *, version: str) -> None:
    require_live(fetch.consent_id)
    stage_month(into, sealed, version=version)


@transaction.atomic(durable=True)
def _complete(fetch: Fetch, row: TaxImport, into: Import, manifest: Manifest) -> None:
    """The swap: everything staged becomes readable, is recorded and announced, in one commit."""
    require_live(fetch.consent_id)
    unfinished = TaxImport.objects.select_for_update(no_key=True).filter(status__in=UNFINISHED)
    if not unfinished.filter(id=row.id).exists():
        return  # another worker has ended it meanwhile
    beyond = manifest.last_month + 1
    if _held(staged_months(row.id), before=beyond) != _told(manifest, beyond):
        raise PackageRefused(
            "The sessions don't add up to what was signed for.", code="wrong_total"
        )
    chunks = complete_fetch(into, fetch_id=row.id)
    _record_fetched(fetch, manifest, chunks)
    row.status, row.finished_at = ImportStatus.STORED, timezone.now()
    row.records, row.shifted_months = manifest.records, manifest.shifted_months
    row.as_of_month = manifest.as_of_month.first
    row.gaps = {str(month): cause for month, cause in sorted(manifest.gaps.items())}
    row.save()
    enqueue(Job.ADVANCE_APPLICATION, subject=fetch.run.subject)


def _record_fetched(fetch: Fetch, manifest: Manifest, chunks: int) -> None:
    record(
        EventKind.DATA_FETCHED,
        actor=ACTOR,
        subject=f"consent:{fetch.consent_id}",
        payload={
            "firm": str(fetch.artefact.firm.id),
            "categories": manifest.category.value,
            "first_month": str(fetch.artefact.first_month),
            "last_month": str(fetch.artefact.last_month),
            "records": manifest.records,
            "chunks": chunks,
            "manifest_sha256": manifest.sha256,
        },
    )
