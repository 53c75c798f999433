"""Fetching a firm's records under one consent, one category after the other.

Safe to run again at any point: a category is either finished or goes on with the first month that
isn't staged yet (`portal.taxdata.receiving`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
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
from portal.core.wire import WireRefused
from portal.jobs.enqueue import enqueue
from portal.jobs.registry import JobRun
from portal.taxdata.connector import CLOCK_SKEW, AuthorityRefused, Connector, Unreachable
from portal.taxdata.models import FINISHED, UNFINISHED, ImportStatus, TaxImport
from portal.taxdata.package import CAUSES
from portal.taxdata.receiving import ACTOR, Fetch, Keys, receive
from portal.taxdata.store import drop_fetch

FIRST_WAIT = 5
PAUSED_WAIT = 30
# States from which a consent can come (back) to life.
WAITS = frozenset({"active", "paused", "not_yet"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_OMITTED = "provider_omitted"
_NO_MANDATE = "no_mandate"
# Until the authority's list of ended mandates has been read: it may pause the consent meanwhile.
_MANDATE_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Granted:
    """A consent as the gate has it; ``jws`` and ``confirmation`` are still to be judged."""

    id: UUID
    state: str
    jws: str
    artefact_sha256: str
    firm_id: UUID
    categories: list[str]
    first_month: date
    last_month: date
    confirmation: str


def fetch_tax_data(run: JobRun, *, connector: Connector, keys: Keys) -> None:
    """Fetch every category of the consent in ``run.payload["consent"]`` that isn't there yet.

    A refusal by the authority, or a package that doesn't hold, ends that category with its code,
    erases what it had staged and leaves earlier data untouched. Raises Retry while the authority
    can't be reached and while the consent is paused, Cancelled when it has ended or its document
    isn't the signer's: then every category that isn't finished has ended too.
    """
    granted = _granted(UUID(str(run.payload["consent"])))
    rows = _planned(granted)
    if granted.state != "active":
        raise _stopped(run, granted)
    try:
        fetch = _prepared(run, granted, connector, keys)
        for row in rows:
            if row.status not in FINISHED:
                _fetch_category(fetch, row)
    except WireRefused as refusal:
        raise _ended(run, granted, refusal.code) from refusal
    except ConsentRefused as refusal:
        raise _stopped(run, _granted(granted.id)) from refusal


def _fetch_category(fetch: Fetch, row: TaxImport) -> None:
    try:
        receive(fetch, row)
    except AuthorityRefused as refusal:
        if refusal.code == _NO_MANDATE and row.tries < _MANDATE_TRIES:
            _wait(fetch, row, Unreachable(refusal.message, code=refusal.code))
        else:
            _denied(fetch, row, refusal)
    except Unreachable as error:
        _wait(fetch, row, error)
    except Refused as refusal:
        if refusal.code == CLOCK_SKEW:
            _wait(fetch, row, Unreachable(refusal.message, code=CLOCK_SKEW))
            return
        _end(fetch.run, row, ImportStatus.FAILED, code=refusal.code, message=refusal.message)


def _stopped(run: JobRun, granted: _Granted) -> Exception:
    """What to raise for a consent that gave no leave: Retry if it may yet, else Cancelled.

    Time runs while it is paused, so this ends at its expiry. Active: resumed since the refusal.
    """
    if granted.state not in WAITS:
        return _ended(run, granted, f"consent_{granted.state}")
    # The authority's time to answer doesn't run while it isn't asked.
    TaxImport.objects.filter(consent_id=granted.id, status__in=UNFINISHED).update(
        tries=0, started_at=timezone.now()
    )
    return Retry(PAUSED_WAIT, f"The consent is {granted.state}.")


def _ended(run: JobRun, granted: _Granted, code: str) -> Cancelled:
    for row in TaxImport.objects.filter(consent_id=granted.id, status__in=UNFINISHED):
        _end(run, row, ImportStatus.FAILED, code=code)
    return Cancelled(code)


def _granted(consent_id: UUID) -> _Granted:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, state, jws, artefact_sha256, firm, categories, first_month, last_month,"
            " coalesce(gate.confirmation(id), '') FROM gate.consent_status WHERE id = %s",
            [consent_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise Cancelled("no_such_consent")
    return _Granted(*row)


def _prepared(run: JobRun, granted: _Granted, connector: Connector, keys: Keys) -> Fetch:
    artefact = verified_artefact(granted.jws, keys=keys.signer)
    if artefact.id != granted.id:
        raise WireRefused("This is another consent's document.", code="another_document")
    return Fetch(
        run,
        connector,
        keys,
        consent_id=granted.id,
        jws=granted.jws,
        confirmation=granted.confirmation,
        artefact_sha256=granted.artefact_sha256,
        artefact=artefact,
    )


@transaction.atomic
def _planned(granted: _Granted) -> list[TaxImport]:
    """One row per category, all at once: the outcome is only known when each has ended."""
    rows = [
        TaxImport(
            firm_id=granted.firm_id,
            consent_id=granted.id,
            category=category,
            first_month=granted.first_month,
            last_month=granted.last_month,
        )
        for category in granted.categories
    ]
    TaxImport.objects.bulk_create(rows, ignore_conflicts=True)
    return list(TaxImport.objects.filter(consent_id=granted.id).order_by("category"))


def _denied(fetch: Fetch, row: TaxImport, refusal: AuthorityRefused) -> None:
    """The authority has no such data, which is a gap with its cause, or won't give it."""
    if refusal.code != "not_available":
        _end(fetch.run, row, ImportStatus.REFUSED, code=refusal.code, message=refusal.message)
        return
    cause = refusal.cause if refusal.cause in CAUSES else _OMITTED
    months = months_between(fetch.artefact.first_month, fetch.artefact.last_month)
    row.gaps = {str(month): cause for month in months}
    _end(fetch.run, row, ImportStatus.UNAVAILABLE, code=refusal.code, message=refusal.message)


@transaction.atomic(durable=True)
def _end(
    run: JobRun, row: TaxImport, status: ImportStatus, *, code: str, message: str = ""
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
        subject=f"consent:{row.consent_id}",
        payload={"code": safe_code},
    )
    row.status, row.finished_at = status, timezone.now()
    row.error, row.authority_message = safe_code, message[:300]
    row.save()
    enqueue(Job.ADVANCE_APPLICATION, subject=run.subject)


def _wait(fetch: Fetch, row: TaxImport, error: Unreachable) -> None:
    """Come back later, each time a little later; after some hours say that it timed out.

    What is staged stays: the next try goes on from there. One that brought a month is no failure.
    """
    patience = timedelta(seconds=settings.TAX_AUTHORITY_PATIENCE)
    if row.tries and timezone.now() >= row.started_at + patience:
        _end(fetch.run, row, ImportStatus.TIMED_OUT, code=error.code)
        return
    row.tries += 1
    row.save(update_fields=["tries"])
    seconds = min(FIRST_WAIT * 2.0 ** (row.tries - 1), settings.TAX_AUTHORITY_LONGEST_WAIT)
    raise Retry(seconds, str(error)) from error
