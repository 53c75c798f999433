"""Fetching a firm's records under one consent, one category after the other.

Safe to run again at any point: a category is either finished or goes on with the first month that
isn't staged yet (`portal.taxdata.receiving`).
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.artefact import verified_artefact
from portal.consents.door import ConsentRefused
from portal.core.errors import Refused
from portal.core.jobs import Cancelled, Job, Retry
from portal.core.months import months_between
from portal.jobs.enqueue import enqueue
from portal.jobs.registry import JobRun
from portal.taxdata.connector import CLOCK_SKEW, AuthorityRefused, Connector, Unreachable
from portal.taxdata.models import FINISHED, UNFINISHED, ImportStatus, TaxImport
from portal.taxdata.package import CAUSES
from portal.taxdata.receiving import ACTOR, Fetch, Keys, receive
from portal.taxdata.store import drop_fetch

FIRST_WAIT = 5
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_OMITTED = "provider_omitted"


def fetch_tax_data(run: JobRun, *, connector: Connector, keys: Keys) -> None:
    """Fetch every category of the consent in ``run.payload["consent"]`` that isn't there yet.

    A refusal by the authority, or a package that doesn't hold, ends that category with its code,
    erases what it had staged and leaves earlier data untouched. Raises Retry while the authority
    can't be reached, Cancelled when the consent isn't live.
    """
    fetch = _prepared(run, connector, keys)
    for row in _planned(fetch):
        if row.status not in FINISHED:
            _fetch_category(fetch, row)


def _fetch_category(fetch: Fetch, row: TaxImport) -> None:
    try:
        receive(fetch, row)
    except AuthorityRefused as refusal:
        _denied(fetch, row, refusal)
    except Unreachable as error:
        _wait(fetch, row, error)
    except ConsentRefused as refusal:
        _end(fetch, row, ImportStatus.FAILED, code=f"consent_{refusal.code}")
        raise
    except Refused as refusal:
        if refusal.code == CLOCK_SKEW:
            _wait(fetch, row, Unreachable(refusal.message, code=CLOCK_SKEW))
            return
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


def _denied(fetch: Fetch, row: TaxImport, refusal: AuthorityRefused) -> None:
    """The authority has no such data, which is a gap with its cause, or won't give it."""
    if refusal.code != "not_available":
        _end(fetch, row, ImportStatus.REFUSED, code=refusal.code, message=refusal.message)
        return
    cause = refusal.cause if refusal.cause in CAUSES else _OMITTED
    months = months_between(fetch.artefact.first_month, fetch.artefact.last_month)
    row.gaps = {str(month): cause for month in months}
    _end(fetch, row, ImportStatus.UNAVAILABLE, code=refusal.code, message=refusal.message)


@transaction.atomic(durable=True)
def _end(
    fetch: Fetch, row: TaxImport, status: ImportStatus, *, code: str, message: str = ""
) -> None:
    """End a category without its data. What it had staged is erased by the same commit."""
    if not TaxImport.objects.select_for_update(no_key=True).filter(
        id=row.id, status__in=UNFINISHED
    ):
        return  # another worker has ended it meanwhile
    safe_code = code if _CODE.fullmatch(code) else "authority_refused"
    drop_fetch(row.id)
    record(
        EventKind.DATA_FETCH_FAILED,
        actor=ACTOR,
        subject=f"consent:{fetch.consent_id}",
        payload={"code": safe_code},
    )
    row.status, row.finished_at = status, timezone.now()
    row.error, row.authority_message = safe_code, message[:300]
    row.save()
    enqueue(Job.ADVANCE_APPLICATION, subject=fetch.run.subject)


def _wait(fetch: Fetch, row: TaxImport, error: Unreachable) -> None:
    """Come back later, each time a little later; after some hours say that it timed out.

    What is staged stays: the next try goes on from there. One that brought a month is no failure.
    """
    patience = timedelta(seconds=settings.TAX_AUTHORITY_PATIENCE)
    if row.tries and timezone.now() >= row.started_at + patience:
        _end(fetch, row, ImportStatus.TIMED_OUT, code=error.code)
        return
    row.tries += 1
    row.save(update_fields=["tries"])
    seconds = min(FIRST_WAIT * 2.0 ** (row.tries - 1), settings.TAX_AUTHORITY_LONGEST_WAIT)
    raise Retry(seconds, str(error)) from error
