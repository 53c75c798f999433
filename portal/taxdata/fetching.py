"""Fetching a firm's records under one consent: ask, read, judge, seal, one category at a time.

Safe to run again at any point: a category is either finished or starts over with a new session,
and what is stored appears with the commit that says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from joserfc.jwk import KeySet, OKPKey

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.door import ConsentRefused
from portal.consents.publishing import require_live
from portal.core.errors import Refused
from portal.core.jobs import Cancelled, Job, Retry
from portal.core.months import Month
from portal.core.wire import new_session_key
from portal.jobs.enqueue import enqueue
from portal.jobs.registry import JobRun
from portal.taxdata.connector import AuthorityRefused, Connector, OpenedSession, Unreachable
from portal.taxdata.models import FINISHED, ImportStatus, TaxImport
from portal.taxdata.package import Manifest, check_whole, checked_manifest, opened_records
from portal.taxdata.store import Delivery, store
from scoring.engine.summary import Record

ACTOR = "system:intake"
MOST_TRIES = 40
FIRST_WAIT, LONGEST_WAIT = 5, 600
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


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
    artefact_sha256: str
    artefact: Artefact

    def finish(self, row: TaxImport, status: ImportStatus, **changes: object) -> None:
        """Write down how a category ended, and wake whoever waits. In the caller's transaction."""
        row.status, row.finished_at = status, timezone.now()
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()
        enqueue(Job.ADVANCE_APPLICATION, subject=self.run.subject)


def fetch_tax_data(run: JobRun, *, connector: Connector, keys: Keys) -> None:
    """Fetch every category of the consent in ``run.payload["consent"]`` that isn't there yet.

    A refusal by the authority, or a package that doesn't hold, ends that category with its code
    and leaves earlier data untouched. Raises Retry while the authority can't be reached, Cancelled
    when the consent isn't live.
    """
    fetch = _prepared(run, connector, keys)
    for row in _planned(fetch):
        if row.status in FINISHED:
            continue
        try:
            _fetch_category(fetch, row)
        except AuthorityRefused as refusal:
            status = _status_of(refusal)
            _end(fetch, row, status, code=refusal.code, message=refusal.message)
        except Unreachable as error:
            _wait(fetch, row, error)
        except ConsentRefused as refusal:
            _end(fetch, row, ImportStatus.FAILED, code=f"consent_{refusal.code}")
            raise
        except Refused as refusal:
            _end(fetch, row, ImportStatus.FAILED, code=refusal.code, message=refusal.message)


def _prepared(run: JobRun, connector: Connector, keys: Keys) -> Fetch:
    consent_id = UUID(str(run.payload["consent"]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, jws, artefact_sha256 FROM gate.consent_status WHERE id = %s",
            [consent_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise Cancelled("no_such_consent")
    state, jws, artefact_sha256 = row
    artefact = verified_artefact(jws, keys=keys.signer)
    fetch = Fetch(run, connector, keys, consent_id, jws, artefact_sha256, artefact)
    if state != "active":
        for planned in _planned(fetch):
            if planned.status not in FINISHED:
                _end(fetch, planned, ImportStatus.FAILED, code=f"consent_{state}")
        raise Cancelled(f"consent_{state}")
    return fetch


@transaction.atomic
def _planned(fetch: Fetch) -> list[TaxImport]:
    """One row per category, all at once: the outcome is only known when each has ended."""
    artefact = fetch.artefact
    rows = [
        TaxImport(
            firm_id=artefact.firm.id,
            consent_id=fetch.consent_id,
            category=category,
            first_month=artefact.first_month.first,
            last_month=artefact.last_month.first,
        )
        for category in artefact.categories
    ]
    TaxImport.objects.bulk_create(rows, ignore_conflicts=True)
    return list(TaxImport.objects.filter(consent_id=fetch.consent_id).order_by("category"))


def _fetch_category(fetch: Fetch, row: TaxImport) -> None:
    session_key = new_session_key()
    opened = fetch.connector.open_session(
        artefact=fetch.jws, category=row.category, session_key=session_key
    )
    manifest = checked_manifest(
        opened.manifest,
        keys=fetch.keys.authority,
        session=opened.id,
        artefact=fetch.artefact,
        artefact_sha256=fetch.artefact_sha256,
        category=row.category,
    )
    _note_request(fetch, row, opened)
    fetch.run.step("requested")
    months = _read_pages(fetch, manifest, session_key)
    fetch.run.step("pages_read")
    _store(fetch, row, manifest, months)
    fetch.run.step("stored")


@transaction.atomic
def _note_request(fetch: Fetch, row: TaxImport, opened: OpenedSession) -> None:
    row.session = opened.id
    row.save(update_fields=["session"])
    record(
        EventKind.DATA_FETCH_REQUESTED,
        actor=ACTOR,
        subject=f"consent:{fetch.consent_id}",
        payload={
            "firm": str(fetch.artefact.firm.id),
            "bank": str(fetch.artefact.bank.id),
            "session": opened.id,
        },
    )


def _read_pages(
    fetch: Fetch, manifest: Manifest, session_key: OKPKey
) -> Mapping[Month, Sequence[Record]]:
    months: defaultdict[Month, list[Record]] = defaultdict(list)
    for number in range(1, len(manifest.pages) + 1):
        token = fetch.connector.page(manifest.session, number)
        for row in opened_records(token, number=number, manifest=manifest, session_key=session_key):
            months[Month.of(row.issued_on)].append(row)
    check_whole(manifest, {month: len(rows) for month, rows in months.items()})
    return months


@transaction.atomic(durable=True)
def _store(
    fetch: Fetch, row: TaxImport, manifest: Manifest, months: Mapping[Month, Sequence[Record]]
) -> None:
    delivery = Delivery(
        import_id=row.id,
        firm_id=fetch.artefact.firm.id,
        consent_id=fetch.consent_id,
        category=row.category,
        manifest=manifest,
        months=months,
    )
    require_live(fetch.consent_id)
    chunks = store(delivery, recipients=fetch.keys.vault)
    record(
        EventKind.DATA_FETCHED,
        actor=ACTOR,
        subject=f"consent:{fetch.consent_id}",
        payload={
            "firm": str(delivery.firm_id),
            "categories": row.category,
            "first_month": str(manifest.first_month),
            "last_month": str(manifest.last_month),
            "records": manifest.records,
            "chunks": chunks,
            "manifest_sha256": manifest.sha256,
        },
    )
    fetch.finish(
        row,
        ImportStatus.STORED,
        records=manifest.records,
        as_of_month=manifest.as_of_month.first,
        shifted_months=manifest.shifted_months,
        gaps={str(month): cause for month, cause in sorted(manifest.gaps.items())},
    )


@transaction.atomic(durable=True)
def _end(
    fetch: Fetch, row: TaxImport, status: ImportStatus, *, code: str, message: str = ""
) -> None:
    safe_code = code if _CODE.fullmatch(code) else "authority_refused"
    record(
        EventKind.DATA_FETCH_FAILED,
        actor=ACTOR,
        subject=f"consent:{fetch.consent_id}",
        payload={"code": safe_code},
    )
    fetch.finish(row, status, error=safe_code, authority_message=message[:300])


def _status_of(refusal: AuthorityRefused) -> ImportStatus:
    is_gap = refusal.code == "not_available"
    return ImportStatus.UNAVAILABLE if is_gap else ImportStatus.FAILED


def _wait(fetch: Fetch, row: TaxImport, error: Unreachable) -> None:
    """Come back later, each time a little later; after some hours say that it failed."""
    row.tries += 1
    if row.tries >= MOST_TRIES:
        _end(fetch, row, ImportStatus.FAILED, code="authority_unreachable")
        return
    row.save(update_fields=["tries"])
    seconds = min(FIRST_WAIT * 2 ** (row.tries - 1), LONGEST_WAIT)
    raise Retry(seconds, "The tax authority can't be reached.") from error
