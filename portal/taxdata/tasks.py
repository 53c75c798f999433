"""Jobs of this room; all run on the intake queue, the only one with the authority's address."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from portal.consents.gate_errors import GateRefused
from portal.core.actor import SystemActor
from portal.core.jobs import Job
from portal.core.wire import WireRefused, load_public_keys, load_signing_key
from portal.jobs.registry import JobRun, handles
from portal.taxdata.connector import AuthorityRefused, HttpConnector, Unreachable
from portal.taxdata.doubt_mandate_list import doubt_mandate_list
from portal.taxdata.erasing import erase_tax_data
from portal.taxdata.fetching import fetch_tax_data
from portal.taxdata.following import follow_mandates
from portal.taxdata.notify_authority import notify_authority
from portal.taxdata.receiving import Keys

log = logging.getLogger(__name__)
INTAKE = SystemActor("intake")


def connector() -> HttpConnector:
    """To the authority of this installation."""
    return HttpConnector(
        settings.TAX_AUTHORITY_API_URL,
        key=load_signing_key(settings.CLIENT_KEY),
        audience=settings.AUTHORITY_ISSUER,
        timeout=settings.TAX_AUTHORITY_TIMEOUT,
    )


@shared_task(name="taxdata.follow_mandates")  # type: ignore[untyped-decorator] # no types
def follow() -> None:
    """Read on in the authority's list of ended mandates; what fails is tried again in seconds."""
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    try:
        follow_mandates(INTAKE, connector=connector(), authority_keys=keys)
    except (Unreachable, AuthorityRefused, GateRefused) as error:
        log.warning("the list of ended mandates: %s", error)
    except WireRefused as error:
        log.error("the authority's list of ended mandates is refused: %s", error.code)  # noqa: TRY400 -- said whole
        doubt_mandate_list(INTAKE, code=error.code)


@handles(Job.FETCH_TAX_DATA)
def fetch(run: JobRun) -> None:
    """Fetch what the consent covers; steps: requested, pages_read, stored."""
    keys = Keys(
        signer=load_public_keys(settings.SIGNER_PUBLIC_KEYS),
        authority=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
        vault=load_public_keys(settings.VAULT_PUBLIC_KEY),
    )
    fetch_tax_data(run, connector=connector(), keys=keys)


@handles(Job.NOTIFY_AUTHORITY)
def notify(run: JobRun) -> None:
    """Tell the authority of a withdrawal."""
    notify_authority(
        run.subject_id,
        connector=connector(),
        authority_keys=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
    )


@handles(Job.ERASE_TAX_DATA)
def erase(run: JobRun) -> None:
    """Erase what only an ended consent covered; steps: erased."""
    erase_tax_data(run.subject_id)
    run.step("erased")
