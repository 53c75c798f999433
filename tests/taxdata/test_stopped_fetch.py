"""A fetch whose consent is paused, ended or not the signer's: what is asked, kept and recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.consents.pause_consent import pause_consent
from portal.consents.signing import resume
from portal.core.jobs import Cancelled, Retry
from portal.taxdata.erasing import sweep_vault
from portal.taxdata.models import TaxImport
from portal.taxdata.queries import fetch_outcome, imports_under
from tests.gate.parties import LAST, Parties, granted, rewritten
from tests.outbox import events_about
from tests.personas import keys
from tests.taxdata.authority import Authority, authority_of
from tests.taxdata.fetched import (
    fetch,
    in_the_portal,
    in_vault,
    parties,
    stop_in_the_portal,
    summaries,
)

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
TWO = ["vat_invoices", "vat_returns"]


def at_page(authority: Authority, number: int, happens: Callable[[], object]) -> None:
    """Something happens while this page is on its way, once."""

    def lie(page: int, token: str) -> str:
        if page == number:
            authority.page_lie = lambda page, token: token
            happens()
        return token

    authority.page_lie = lie


def paused(parties: Parties, consent: UUID) -> None:
    with in_the_portal():
        pause_consent(parties.actor, consent_id=consent)


def resumed(parties: Parties, consent: UUID) -> None:
    resume(consent, person_id=parties.person_id, using="signer")


def waits(consent: UUID, authority: Authority) -> None:
    with pytest.raises(Retry, match="paused"):
        fetch(consent, authority)


def test_a_pause_before_the_fetch_asks_for_nothing_and_ends_nothing(parties: Parties) -> None:
    consent, authority = granted(parties, categories=TWO), authority_of(parties)
    paused(parties, consent)
    waits(consent, authority)
    assert authority.calls == []
    assert {view.status for view in imports_under(consent)} == {"requested"}
    assert fetch_outcome(consent) is None


def test_a_paused_fetch_goes_on_from_there_when_it_is_resumed(parties: Parties) -> None:
    """Two pages have brought ten months; not one more is asked for, staged or swapped in."""
    consent, authority = granted(parties), authority_of(parties)
    at_page(authority, 3, lambda: paused(parties, consent))
    waits(consent, authority)
    asked = list(authority.calls)
    sweep_vault(using="watchdog")
    waits(consent, authority)
    assert authority.calls == asked
    assert (in_vault(consent, "staged"), in_vault(consent, "completion")) == (10, 0)
    assert events_about(f"consent:{consent}", kind="data.fetch_failed") == []
    resumed(parties, consent)
    fetch(consent, authority)
    assert authority.last_session.asked["first_month"] == str(LAST - 1)
    assert len(summaries(parties, consent)) == 12


def test_a_long_pause_neither_sweeps_what_is_staged_nor_uses_up_the_authoritys_time(
    parties: Parties, admin_url: str, settings: Settings
) -> None:
    settings.TAX_AUTHORITY_PATIENCE = 3_600
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = lambda number, answer: replace(
        answer, status=502 if number > 2 else 200
    )
    with pytest.raises(Retry):
        fetch(consent, authority)
    paused(parties, consent)
    yesterday = timezone.now() - timedelta(hours=30)
    TaxImport.objects.using("intake").filter(consent_id=consent).update(started_at=yesterday)
    with psycopg.connect(admin_url) as admin:
        aged = "UPDATE vault.import SET started_at = %s WHERE consent = %s"
        admin.execute(aged, [yesterday, consent])
    waits(consent, authority)
    resumed(parties, consent)
    sweep_vault(using="watchdog")
    assert in_vault(consent, "staged") == 10
    authority.down = 2
    for _ in range(2):
        with pytest.raises(Retry):
            fetch(consent, authority)


def test_a_pause_that_lasts_until_the_expiry_ends_the_fetch(
    parties: Parties, admin_url: str
) -> None:
    consent, authority = granted(parties), authority_of(parties)
    at_page(authority, 3, lambda: paused(parties, consent))
    waits(consent, authority)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        rewritten(admin, consent, "expires_at = clock_timestamp()")
    with pytest.raises(Cancelled, match="consent_expired"):
        fetch(consent, authority)
    assert [view.status for view in imports_under(consent)] == ["failed"]
    assert in_vault(consent) == 0


def test_a_withdrawal_during_one_source_ends_the_others_too(parties: Parties) -> None:
    consent, authority = granted(parties, categories=TWO), authority_of(parties)
    at_page(authority, 3, lambda: stop_in_the_portal(parties, consent))
    with pytest.raises(Cancelled, match="consent_withdrawn"):
        fetch(consent, authority)
    assert [view.status for view in imports_under(consent)] == ["failed", "failed"]
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert outcome.error == "consent_withdrawn"
    failed = events_about(f"consent:{consent}", kind="data.fetch_failed")
    assert [event["payload"] for event in failed] == [{"code": "consent_withdrawn"}] * 2


FORGED = {
    "bad_signature": "overlay(jws placing 'AAAA' from length(jws) - 40)",
    "another_document": "(SELECT jws FROM gate.consent WHERE id = '{other}')",
}


@pytest.mark.parametrize("code", FORGED)
def test_a_forged_document_is_recorded_and_ends_every_source(
    parties: Parties, admin_url: str, code: str
) -> None:
    consent, authority = granted(parties, categories=TWO), authority_of(parties)
    forged = FORGED[code].format(other=granted(parties))
    with psycopg.connect(admin_url, autocommit=True) as admin:
        rewritten(admin, consent, f"jws = {forged}")
    with pytest.raises(Cancelled, match=code):
        fetch(consent, authority)
    assert authority.calls == []
    assert [view.status for view in imports_under(consent)] == ["failed", "failed"]
    failed = events_about(f"consent:{consent}", kind="data.fetch_failed")
    assert [event["payload"] for event in failed] == [{"code": code}] * 2
