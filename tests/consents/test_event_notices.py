"""Messages of a consent's life: each leads to its receipts; a reminder before it runs out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from portal.consents.event_notices import tell_firm_of_event
from portal.consents.events_told import Told
from portal.consents.pause_consent import pause_consent
from portal.consents.remind_of_ends import remind_of_ends
from portal.consents.signing import resume
from portal.consents.stop_consent import stop_consent
from portal.consents.tasks import tell_event
from portal.core.actor import SystemActor
from portal.core.jobs import Job, Retry
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from portal.notifications.texts import rendered
from portal.taxdata.erasing import erase_tax_data
from scoring.erase_features import erase_features
from scoring.tasks import WORKER
from tests.applications.cases import as_vault_worker
from tests.gate.figures import with_figures
from tests.gate.parties import new_parties, rewritten
from tests.personas import People
from tests.use_cases.scenarios_consents import live

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BEAT = SystemActor("consents")


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """The superuser, who can move a consent's end."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


def messages(consent: UUID) -> list[tuple[str, str]]:
    """Kind and recipient of every message about the consent that was asked for."""
    rows = JobRow.objects.filter(
        name=Job.SEND_MESSAGE, payload__values__consent=str(consent)
    ).order_by("created_at")
    return [(row.payload["message"], row.subject) for row in rows]


def worked_off(consent: UUID) -> None:
    for row in JobRow.objects.filter(name=Job.TELL_CONSENT_EVENT, subject=f"consent:{consent}"):
        for _again in range(2):
            tell_event(
                JobRun(row.id, Job(row.name), row.subject, row.payload, 1, lambda _step: None)
            )


def test_pausing_and_resuming_are_told_with_the_way_to_the_receipts(people: People) -> None:
    consent, sara = live(people), people.sara
    pause_consent(sara, consent_id=consent)
    resume(consent, person_id=sara.person_id, using="signer")
    worked_off(consent)
    assert [kind for kind, who in messages(consent) if who == sara.ref] == [
        "consent_granted",
        "consent_paused",
        "consent_resumed",
    ]
    for row in JobRow.objects.filter(name=Job.SEND_MESSAGE, subject=sara.ref):
        if row.payload["values"].get("consent") == str(consent):
            _title, body = rendered(row.payload["message"], row.payload["values"], "https://p")
            assert f"https://p/firm/consents/{consent}/receipt/" in body


def test_erasing_is_told_once_and_only_when_nothing_is_left(people: People) -> None:
    assert people.sara.organisation_id is not None
    consent = live(people)
    with_figures(replace(new_parties(), firm_id=people.sara.organisation_id), consent)
    stop_consent(people.sara, consent_id=consent)
    erase_tax_data(consent, using="intake")
    with pytest.raises(Retry):
        tell_firm_of_event(consent, what=Told.ERASED, once="x")
    with as_vault_worker():
        erase_features(WORKER, consent_id=consent)
    erase_tax_data(consent, using="intake")
    worked_off(consent)
    assert messages(consent).count(("consent_erased", people.sara.ref)) == 1


def test_whoever_may_renew_it_and_the_bank_are_reminded_once(
    people: People, admin: psycopg.Connection[tuple[Any, ...]]
) -> None:
    soon, later, ended = live(people), live(people), live(people)
    for consent in (soon, ended):
        rewritten(admin, consent, "expires_at = clock_timestamp() + interval '13 days'")
    rewritten(admin, later, "expires_at = clock_timestamp() + interval '15 days'")
    stop_consent(people.sara, consent_id=ended)
    start = Barrier(2)

    def beat() -> None:
        try:
            start.wait(10)
            remind_of_ends(BEAT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as both:
        for done in [both.submit(beat) for _ in range(2)]:
            done.result()
    told = [one for one in messages(soon) if "ends_soon" in one[0]]
    assert told.count(("consent_ends_soon", people.sara.ref)) == 1
    assert told.count(("bank_consent_ends_soon", people.bo.ref)) == 1
    assert people.sam.ref not in [who for _kind, who in told]
    for consent in (later, ended):
        assert not [kind for kind, _who in messages(consent) if "ends_soon" in kind]
