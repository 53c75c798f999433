"""An authority that is down, slow, broken, or whose clock is wrong: waited for, then given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.core.jobs import Retry
from portal.taxdata.models import TaxImport
from portal.taxdata.queries import fetch_outcome, imports_under
from tests.gate.parties import Parties, granted
from tests.personas import keys
from tests.taxdata.authority import Authority, authority_of
from tests.taxdata.fetched import fetch, in_vault, parties, summaries
from tests.taxdata.web_party import Answer, told

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def _waited(consent: UUID, authority: Authority) -> float:
    """Seconds until the next try; that much time passes."""
    with pytest.raises(Retry) as again:
        fetch(consent, authority)
    imports = TaxImport.objects.using("intake").filter(consent_id=consent)
    for found in imports:
        passed = timedelta(seconds=again.value.seconds)
        imports.filter(id=found.id).update(started_at=found.started_at - passed)
    return again.value.seconds


def test_an_authority_that_is_down_for_an_hour_is_asked_ever_more_rarely(
    parties: Parties,
) -> None:
    consent, authority = granted(parties), authority_of(parties, down=1_000)
    waits: list[float] = []
    while sum(waits) < 3_600:
        waits.append(_waited(consent, authority))
    assert waits[:8] == [5, 10, 20, 40, 80, 160, 320, 600]
    assert set(waits[8:]) == {600}
    assert fetch_outcome(consent) is None
    authority.down = 0
    fetch(consent, authority)
    assert len(summaries(parties, consent)) == 12


def test_an_authority_that_stays_away_is_given_up(parties: Parties, settings: Settings) -> None:
    settings.TAX_AUTHORITY_PATIENCE = 3_600
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = lambda number, answer: (
        answer if number == 1 else replace(answer, status=502)
    )
    assert _waited(consent, authority) == 5
    assert in_vault(consent, "staged") > 0
    authority.down = 1_000
    TaxImport.objects.using("intake").filter(consent_id=consent).update(
        started_at=timezone.now() - timedelta(seconds=3_601)
    )
    fetch(consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.error) == (False, "authority_unreachable")
    assert [view.status for view in imports_under(consent)] == ["timed_out"]
    assert in_vault(consent) == 0


def test_a_fetch_that_gets_further_each_time_is_not_given_up(
    parties: Parties, settings: Settings
) -> None:
    """Nor does it wait longer each time."""
    settings.TAX_AUTHORITY_PATIENCE = 0
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = lambda number, answer: (
        answer if number == 1 else replace(answer, status=502)
    )
    assert [_waited(consent, authority) for _ in range(2)] == [5, 5]
    fetch(consent, authority)
    assert len(summaries(parties, consent)) == 12


BROKEN = {
    "redirect": Answer(302, headers={"Location": "http://127.0.0.1:9/"}),
    "server error": told(500, {"error": "x", "message": "y"}),
    "too busy": told(429, {"error": "slow_down", "message": "y"}),
    "no word of it": told(404, b"<html>"),
    "page lost": told(404, {"error": "unknown_page", "message": "No such page."}),
    "session lost": told(404, {"error": "unknown_session", "message": "No such session."}),
    "slow": Answer(body=b"x", seconds=1),
    "dripping": Answer(body=b"x" * 100, drip=0.1),
    "cut off": Answer(body=b"x" * 100, sent=50),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_page_that_does_not_come_is_tried_again(parties: Parties, how: str) -> None:
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = lambda number, answer: BROKEN[how] if number == 2 else answer
    with pytest.raises(Retry):
        fetch(consent, authority)
    assert fetch_outcome(consent) is None
    authority.page_answer = lambda number, answer: answer
    fetch(consent, authority)
    assert len(summaries(parties, consent)) == 12


def test_an_oversized_page_is_not_read_to_its_end(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.taxdata.connector.ANSWER_LIMIT", 100_000)
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = lambda number, answer: Answer(body=b"x" * 100_001)
    with pytest.raises(Retry):
        fetch(consent, authority)


@pytest.mark.parametrize("seconds", [-25, 25])
def test_clocks_may_differ_a_little(parties: Parties, seconds: float) -> None:
    consent = granted(parties)
    fetch(consent, authority_of(parties, clock=seconds))
    assert len(summaries(parties, consent)) == 12


@pytest.mark.parametrize("seconds", [-45, 45])
def test_clocks_that_differ_too_much_are_named_and_waited_for(
    parties: Parties, settings: Settings, seconds: float
) -> None:
    consent, authority = granted(parties), authority_of(parties, clock=seconds)
    with pytest.raises(Retry, match="clock"):
        fetch(consent, authority)
    settings.TAX_AUTHORITY_PATIENCE = 0
    fetch(consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert outcome.error == "clock_skew"


def test_the_authoritys_no_for_the_clocks_is_waited_for_too(parties: Parties) -> None:
    consent = granted(parties)
    authority = authority_of(parties, refusal={"vat_invoices": "clock_skew"})
    with pytest.raises(Retry):
        fetch(consent, authority)
    assert fetch_outcome(consent) is None
