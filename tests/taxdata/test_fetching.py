"""Fetching under a consent over HTTP: what is stored, what goes on where, what stays invisible."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from portal.consents.door import reading
from portal.consents.pause_consent import pause_consent
from portal.consents.signing import resume
from portal.core.jobs import Cancelled, Retry
from portal.core.wire import Typ, verify
from portal.taxdata.models import TaxImport
from portal.taxdata.queries import fetch_outcome, imports_under, imports_visible_to
from tests.gate.mandates import ended, joined
from tests.gate.parties import FIRST, LAST, Parties, granted
from tests.outbox import events_about
from tests.personas import keys
from tests.taxdata.authority import authority_of, months, row
from tests.taxdata.fetched import (
    fetch,
    in_vault,
    parties,
    pinned,
    refused,
    stop_in_the_portal,
    summaries,
)
from tests.taxdata.intake import Steps
from tests.taxdata.web_party import Answer

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_fetch_stores_every_month_and_says_why_one_is_missing(parties: Parties) -> None:
    consent, steps = granted(parties), Steps()
    rows = [row(month, day=day) for month in months() if month != FIRST + 2 for day in (1, 2, 3)]
    fetch(consent, authority_of(parties, rows), steps=steps)
    assert steps.seen == ["requested", "pages_read", "stored"]
    (view,) = imports_visible_to(parties.actor).rows
    assert (view.status, view.records, view.gaps) == ("stored", 33, {FIRST + 2: "not_filed"})
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.as_of_month) == (True, LAST)
    found = summaries(parties, consent)
    assert len(found) == 11
    assert {summary.sale.net_fen for summary in found} == {300_00}
    (event,) = events_about(f"consent:{consent}", kind="data.fetched")
    assert (event["payload"]["records"], event["payload"]["chunks"]) == (33, 33)


def test_the_records_open_as_they_came(parties: Parties) -> None:
    consent, sent = granted(parties), [row(month) for month in months()]
    fetch(consent, authority_of(parties, sent))
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        chunks = list(window.chunks("records"))
    assert [json.loads(line) for chunk in chunks for line in chunk.data.splitlines()] == sent


def test_fetching_again_asks_nothing_and_stores_nothing(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)
    fetch(consent, authority)
    calls = list(authority.calls)
    fetch(consent, authority)
    assert authority.calls == calls
    assert len(events_about(f"consent:{consent}", kind="data.fetched")) == 1


def test_a_firm_without_any_record_is_stored_with_every_gap(parties: Parties) -> None:
    consent = granted(parties)
    fetch(consent, authority_of(parties, []))
    (view,) = imports_under(consent)
    assert (view.status, view.records) == ("stored", 0)
    assert view.gaps == dict.fromkeys(months(), "not_filed")


def silent_from(page: int) -> Callable[[int, Answer], Answer]:
    """The line goes dead at this page."""
    return lambda number, answer: (
        replace(answer, sent=len(answer.body) // 2) if number >= page else answer
    )


def test_an_interrupted_fetch_goes_on_with_the_first_missing_month(parties: Parties) -> None:
    """Five records a page: two pages bring ten of twelve months, of which all are whole."""
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = silent_from(3)
    with pytest.raises(Retry):
        fetch(consent, authority)
    assert in_vault(consent, "staged") == 10
    assert summaries(parties, consent) == [], "nothing is seen before the swap"
    (view,) = imports_under(consent)
    assert view.status == "receiving"
    authority.page_answer = lambda number, answer: answer
    fetch(consent, authority)
    assert authority.last_session.asked["first_month"] == str(LAST - 1)
    assert len(summaries(parties, consent)) == 12
    (event,) = events_about(f"consent:{consent}", kind="data.fetched")
    assert (event["payload"]["records"], event["payload"]["chunks"]) == (12, 36)
    asked = [session.asked["fetch"] for session in authority.sessions.values()]
    assert asked == [str(view.id)] * 2, "one fetch towards the authority"


def test_a_month_that_only_half_came_is_asked_for_again(parties: Parties) -> None:
    rows = [row(month, day=day) for month in months() for day in (1, 2, 3)]
    consent, authority = granted(parties), authority_of(parties, rows)
    authority.page_answer = silent_from(3)
    with pytest.raises(Retry):
        fetch(consent, authority)
    assert in_vault(consent, "staged") == 3, "ten records are three months and a third"
    authority.page_answer = lambda number, answer: answer
    fetch(consent, authority)
    assert authority.last_session.asked["first_month"] == str(FIRST + 3)
    assert {summary.sale.net_fen for summary in summaries(parties, consent)} == {300_00}


def test_a_fetch_that_breaks_every_time_gets_there_a_little_further_each_time(
    parties: Parties,
) -> None:
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = silent_from(2)
    for _attempt in range(2):
        with pytest.raises(Retry):
            fetch(consent, authority)
    fetch(consent, authority)
    asked = [session.asked["first_month"] for session in authority.sessions.values()]
    assert asked == [str(FIRST), str(FIRST + 5), str(FIRST + 10)]
    assert len(summaries(parties, consent)) == 12
    assert in_vault(consent, "completion") == 3


def test_a_fetch_that_died_before_the_swap_swaps(parties: Parties) -> None:
    """All months are staged; the last one is asked for once more, to have a manifest."""
    consent, authority = granted(parties), authority_of(parties)
    with pytest.raises(KeyboardInterrupt):
        fetch(consent, authority, steps=Steps(dies_at="pages_read"))
    assert (in_vault(consent, "staged"), summaries(parties, consent)) == (12, [])
    fetch(consent, authority)
    assert authority.last_session.asked["first_month"] == str(LAST)
    assert len(summaries(parties, consent)) == 12


def test_a_worker_that_was_overtaken_changes_nothing(parties: Parties) -> None:
    """Its lease ran out while it waited for a page; another worker went on and finished."""
    consent, authority = granted(parties), authority_of(parties)

    def overtake(number: int, token: str) -> str:
        if number == 3:
            authority.page_lie = lambda number, token: token
            fetch(consent, authority)
        return token

    authority.page_lie = overtake
    with pytest.raises(DatabaseError, match="not_of_this_import"):
        fetch(consent, authority)
    assert len(authority.sessions) == 2
    assert len(summaries(parties, consent)) == 12
    assert len(events_about(f"consent:{consent}", kind="data.fetched")) == 1
    assert in_vault(consent) == 36


def test_months_that_changed_meanwhile_are_fetched_again(parties: Parties) -> None:
    """The authority corrects a month between two sessions: its old version isn't kept."""
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = silent_from(3)
    with pytest.raises(Retry):
        fetch(consent, authority)
    authority.rows = [row(month, net_fen=50_00) for month in months()]
    authority.page_answer = lambda number, answer: answer
    fetch(consent, authority)
    assert authority.last_session.asked["first_month"] == str(FIRST)
    assert {summary.sale.net_fen for summary in summaries(parties, consent)} == {50_00}
    assert in_vault(consent, "completion") == 1


def test_a_refusal_leaves_earlier_data_untouched(parties: Parties) -> None:
    first, second = granted(parties), granted(parties)
    fetch(first, authority_of(parties))
    rows = [row(month, net_fen=1) for month in months()]
    fetch(second, authority_of(parties, [*rows, row(LAST + 1)]))
    assert {summary.sale.net_fen for summary in summaries(parties, second)} == {100_00}


def test_a_source_that_is_not_offered_is_a_gap_and_not_a_failure(parties: Parties) -> None:
    consent = granted(parties, categories=["tax_rating", "vat_invoices"])
    fetch(consent, authority_of(parties, refusal={"tax_rating": "not_available"}))
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert outcome.is_complete
    rating, invoices = imports_under(consent)
    assert (rating.status, invoices.status) == ("unavailable", "stored")
    assert rating.gaps == dict.fromkeys(months(), "provider_omitted")


def test_the_authoritys_no_is_kept_in_its_words(parties: Parties) -> None:
    authority = authority_of(parties, refusal={"vat_invoices": "unknown_firm"})
    row_of = TaxImport.objects.get(consent_id=refused(parties, authority, "unknown_firm"))
    assert row_of.status == "refused"
    assert row_of.authority_message == "The authority says no."


def test_a_mandate_that_has_just_ended_is_asked_about_again(parties: Parties) -> None:
    """The consent may be paused a moment later, and live again: only a lasting no is the end."""
    consent = granted(parties)
    authority = authority_of(parties, refusal={"vat_invoices": "no_mandate"})
    for _ in range(3):
        with pytest.raises(Retry):
            fetch(consent, authority)
    fetch(consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert outcome.error == "no_mandate"


def test_what_the_new_representative_confirmed_is_fetched_under_their_name(
    parties: Parties,
) -> None:
    consent, authority = granted(parties), authority_of(parties)
    ended(parties)
    with pytest.raises(Retry):
        fetch(consent, authority)
    assert authority.calls == []
    successor = joined(parties, role="legal_representative")
    resume(consent, person_id=successor.person_id, using="signer")
    fetch(consent, authority)
    confirmation = authority.last_session.asked["confirmation"]
    claims = verify(confirmation, typ=Typ.RESUMPTION, keys=pinned().signer)
    assert claims["consent"] == str(consent)
    assert claims["authority_person"] == f"authority-{successor.person_id}"


def test_a_pause_by_hand_confirms_nothing_to_the_authority(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)
    pause_consent(parties.actor, consent_id=consent)
    resume(consent, person_id=parties.person_id, using="signer")
    fetch(consent, authority)
    assert "confirmation" not in authority.last_session.asked


def test_a_withdrawal_before_the_fetch_asks_for_nothing(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)
    stop_in_the_portal(parties, consent)
    with pytest.raises(Cancelled):
        fetch(consent, authority)
    assert authority.calls == []
    _nothing_came(consent)


def test_a_withdrawal_in_mid_fetch_stores_nothing_and_erases_what_was_staged(
    parties: Parties,
) -> None:
    consent, authority = granted(parties), authority_of(parties)
    staged: list[int] = []

    def withdraw(number: int, token: str) -> str:
        if number == 3:
            staged.append(in_vault(consent, "staged"))
            stop_in_the_portal(parties, consent)
        return token

    authority.page_lie = withdraw
    with pytest.raises(Cancelled):
        fetch(consent, authority)
    assert staged == [10], "the control: there was something to erase"
    _nothing_came(consent)


def test_a_withdrawal_between_two_sessions_erases_what_was_staged(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = silent_from(3)
    with pytest.raises(Retry):
        fetch(consent, authority)
    assert in_vault(consent) == 30
    stop_in_the_portal(parties, consent)
    with pytest.raises(Cancelled):
        fetch(consent, authority)
    _nothing_came(consent)


def _nothing_came(consent: UUID) -> None:
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert not outcome.is_complete
    assert events_about(f"consent:{consent}", kind="data.fetched") == []
    for table in ("chunk", "firm_key", "staged", "completion"):
        assert in_vault(consent, table) == 0, table
