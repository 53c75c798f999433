"""Fetching under a consent: what is stored, what is refused, and that lies leave nothing behind."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from joserfc.jwk import OKPKey

from portal.consents.door import reading
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Retry
from portal.core.wire import SigningKey, load_public_keys
from portal.taxdata.fetching import Keys, fetch_tax_data
from portal.taxdata.models import TaxImport
from portal.taxdata.queries import fetch_outcome, imports_under, imports_visible_to
from scoring.engine.summary import MonthSummary
from tests.gate.parties import FIRST, LAST, Parties, granted, new_parties
from tests.outbox import events_about
from tests.taxdata.authority import StandIn, authority_of, months, row
from tests.taxdata.intake import Steps, as_intake, run_of

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


def test_a_fetch_stores_every_month_and_says_why_one_is_missing(parties: Parties) -> None:
    consent, steps = granted(parties), Steps()
    rows = [row(month, day=day) for month in months() if month != FIRST + 2 for day in (1, 2, 3)]
    _fetch(parties, consent, authority_of(parties, rows), steps)
    assert steps.seen == ["requested", "pages_read", "stored"]
    (view,) = imports_visible_to(parties.actor)
    assert (view.status, view.records, view.gaps) == ("stored", 33, {FIRST + 2: "not_filed"})
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.as_of_month) == (True, LAST)
    summaries = _summaries(parties, consent)
    assert len(summaries) == 11
    assert {summary.sale.net_fen for summary in summaries} == {300_00}
    (event,) = events_about(f"consent:{consent}", kind="data.fetched")
    assert (event["payload"]["records"], event["payload"]["chunks"]) == (33, 22)


def test_the_records_open_as_they_came(parties: Parties) -> None:
    consent, sent = granted(parties), [row(month) for month in months()]
    _fetch(parties, consent, authority_of(parties, sent))
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        chunks = list(window.chunks("records"))
    assert [json.loads(line) for chunk in chunks for line in chunk.data.splitlines()] == sent


def test_fetching_again_asks_nothing_and_stores_nothing(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)
    _fetch(parties, consent, authority)
    calls = list(authority.calls)
    _fetch(parties, consent, authority)
    assert authority.calls == calls
    assert len(events_about(f"consent:{consent}", kind="data.fetched")) == 1


def test_an_interrupted_fetch_starts_over_and_completes_once(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)

    def die(number: int, token: str) -> str:
        raise KeyboardInterrupt

    authority.page_lie = die
    with pytest.raises(KeyboardInterrupt):
        _fetch(parties, consent, authority)
    assert fetch_outcome(consent) is None
    authority.page_lie = lambda number, token: token
    _fetch(parties, consent, authority)
    assert len(_summaries(parties, consent)) == 12
    assert len(events_about(f"consent:{consent}", kind="data.fetched")) == 1


def _another_key() -> SigningKey:
    key = OKPKey.generate_key("Ed25519")
    return SigningKey(kid=key.thumbprint(), key=key)


LIES: dict[str, dict[str, Any]] = {
    "bad_signature": {"key": _another_key()},
    "another_firm": {"claims": {"uscc": "91330100MA27XYZ012"}},
    "another_artefact": {"claims": {"artefact_sha256": "1" * 64}},
    "another_session": {"claims": {"session": "other"}},
    "another_category": {"claims": {"category": "vat_returns"}},
    "another_range": {"claims": {"first_month": "2015-01"}},
    "wrong_total": {"claims": {"records": 11}},
    "wrong_gaps": {"claims": {"months_without": {str(FIRST): "not_filed"}}},
    "malformed_manifest": {"claims": {"pages": []}},
    "wrong_digest": {"page_lie": lambda number, token: token[:-4] + "AAAA"},
}


@pytest.mark.parametrize("code", LIES)
def test_a_package_that_does_not_hold_is_refused_by_its_code(parties: Parties, code: str) -> None:
    _refused(parties, authority_of(parties, **LIES[code]), code)


def test_pages_in_another_order_are_refused(parties: Parties) -> None:
    authority = authority_of(parties)
    authority.page_lie = lambda number, token: authority.tokens[number % len(authority.tokens)]
    _refused(parties, authority, "wrong_digest")


def test_a_page_of_another_place_is_refused_even_when_signed_for(parties: Parties) -> None:
    """The manifest lists one page three times: the page's own header says where it belongs."""
    authority = authority_of(parties, lists_first_page_only=True)
    authority.page_lie = lambda number, token: authority.tokens[0]
    _refused(parties, authority, "wrong_page")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issued_on": str((LAST + 1).first)}, "month_not_covered"),
        ({"issued_on": str((FIRST - 1).first)}, "month_not_covered"),
        ({"issued_on": "2024-02-31"}, "malformed_page"),
        ({"net_fen": "100"}, "malformed_page"),
        ({"net_fen": 1.5}, "malformed_page"),
        ({"void": 0}, "malformed_page"),
        ({"surplus": 1}, "malformed_page"),
        ({"direction": "sideways"}, "malformed_page"),
    ],
)
def test_a_record_that_was_not_asked_for_refuses_the_package(
    parties: Parties, changes: dict[str, Any], code: str
) -> None:
    rows = [row(month) for month in months()] + [{**row(LAST, day=9), **changes}]
    _refused(parties, authority_of(parties, rows), code)


def test_a_refusal_leaves_earlier_data_untouched(parties: Parties) -> None:
    first, second = granted(parties), granted(parties)
    _fetch(parties, first, authority_of(parties))
    lie = authority_of(
        parties, [row(month, net_fen=1) for month in months()], **LIES["wrong_total"]
    )
    _fetch(parties, second, lie)
    assert {summary.sale.net_fen for summary in _summaries(parties, second)} == {100_00}


def test_an_authority_that_is_down_is_asked_again_later_each_time(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties, down=2)
    waits = []
    for _attempt in range(2):
        with pytest.raises(Retry) as again:
            _fetch(parties, consent, authority)
        waits.append(again.value.seconds)
    assert waits == [5, 10]
    assert fetch_outcome(consent) is None
    _fetch(parties, consent, authority)
    assert fetch_outcome(consent) is not None


def test_an_authority_that_stays_away_is_given_up(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties, down=100)
    with pytest.raises(Retry):
        _fetch(parties, consent, authority)
    TaxImport.objects.using("intake").filter(consent_id=consent).update(tries=39)
    _fetch(parties, consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.error) == (False, "authority_unreachable")


def test_a_source_that_is_not_offered_is_a_gap_and_not_a_failure(parties: Parties) -> None:
    consent = granted(parties, categories=["tax_rating", "vat_invoices"])
    authority = authority_of(parties)
    opened = authority.open_session

    def only_invoices(**request: Any) -> Any:
        authority.refusal = "not_available" if request["category"] == "tax_rating" else ""
        return opened(**request)

    authority.open_session = only_invoices  # type: ignore[method-assign]
    _fetch(parties, consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert outcome.is_complete
    assert [view.status for view in imports_under(consent)] == ["unavailable", "stored"]


def test_the_authoritys_no_is_kept_in_its_words(parties: Parties) -> None:
    consent = _refused(parties, authority_of(parties, refusal="no_mandate"), "no_mandate")
    assert TaxImport.objects.get(consent_id=consent).authority_message == "The authority says no."


def test_a_withdrawal_before_or_during_the_fetch_stores_nothing(parties: Parties) -> None:
    before, during = granted(parties), granted(parties)
    stop_consent(parties.actor, consent_id=before)
    with pytest.raises(Cancelled):
        _fetch(parties, before, authority_of(parties))
    authority = authority_of(parties)

    def withdraw(number: int, token: str) -> str:
        if number == 1:
            stop_in_the_portal(parties, during)
        return token

    authority.page_lie = withdraw
    with pytest.raises(Cancelled):
        _fetch(parties, during, authority)
    for consent in (before, during):
        outcome = fetch_outcome(consent)
        assert outcome is not None
        assert not outcome.is_complete
        assert events_about(f"consent:{consent}", kind="data.fetched") == []


def stop_in_the_portal(parties: Parties, consent: UUID) -> None:
    """By the web process, while this one is the intake worker."""
    intake = connections["default"]
    connections["default"] = connections["web"]
    try:
        stop_consent(parties.actor, consent_id=consent)
    finally:
        connections["default"] = intake


def _refused(parties: Parties, authority: StandIn, code: str) -> UUID:
    """The package ends as failed with this code, is recorded, and nothing of it can be read."""
    consent = granted(parties)
    _fetch(parties, consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.error) == (False, code)
    (event,) = events_about(f"consent:{consent}", kind="data.fetch_failed")
    assert event["payload"] == {"code": code}
    assert _summaries(parties, consent) == []
    return consent


def _fetch(parties: Parties, consent: UUID, authority: StandIn, steps: Steps | None = None) -> None:
    run = run_of(consent, steps or Steps())
    pinned = Keys(
        signer=load_public_keys(settings.SIGNER_PUBLIC_KEYS),
        authority=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
        vault=load_public_keys(settings.VAULT_PUBLIC_KEY),
    )
    with as_intake():
        fetch_tax_data(run, connector=authority, keys=pinned)


def _summaries(parties: Parties, consent: UUID) -> list[MonthSummary]:
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        return [MonthSummary.from_json(chunk.data) for chunk in window.chunks()]
