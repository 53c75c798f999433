"""Whatever is erased is on the ledger, counted for the consent that it was fetched under."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Retry
from portal.taxdata.erasing import Erased, erase_tax_data, sweep_vault
from tests.gate.parties import LAST, Parties, granted, sealed
from tests.outbox import events_about
from tests.personas import keys
from tests.taxdata.authority import authority_of, months, row
from tests.taxdata.fetched import fetch, in_vault, parties
from tests.taxdata.test_staging import begun

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def counted(consent: UUID) -> list[object]:
    """The chunks of each erasing on the ledger."""
    return [event["payload"]["chunks"] for event in events_about(f"consent:{consent}", kind=ERASED)]


ERASED = "data.erased"


def test_staged_months_are_counted_for_their_own_consent(parties: Parties) -> None:
    first, second = granted(parties), granted(parties)
    sealed(parties, first)
    begun(parties, second, uuid4())
    for consent in (first, second):
        stop_consent(parties.actor, consent_id=consent)
    assert erase_tax_data(first, using="intake") == Erased(erased=36, kept=0)
    assert (in_vault(second), counted(second)) == (6, [])
    assert erase_tax_data(second, using="intake") == Erased(erased=6, kept=0)
    assert (counted(first), counted(second)) == ([36], [6])


def test_what_the_sweep_drops_under_a_living_consent_is_on_the_ledger_and_no_report_of_its_end(
    parties: Parties, admin_url: str
) -> None:
    consent = granted(parties)
    opened = begun(parties, consent, uuid4())
    with psycopg.connect(admin_url, autocommit=True) as admin:
        age = "UPDATE vault.import SET started_at = now() - interval '25 h' WHERE id = %s"
        admin.execute(age, [opened.id])
    while sweep_vault(using="watchdog"):
        pass
    assert (in_vault(consent), counted(consent)) == (0, [6])
    sealed(parties, consent)
    stop_consent(parties.actor, consent_id=consent)
    while sweep_vault(using="watchdog"):
        pass
    assert (in_vault(consent), counted(consent)) == (0, [6, 36])


def test_a_fetch_that_begins_anew_says_what_it_dropped(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties)
    authority.page_answer = lambda number, answer: (
        answer if number < 3 else replace(answer, status=502)
    )
    with pytest.raises(Retry):
        fetch(consent, authority)
    authority.rows = [row(month, net_fen=50_00) for month in months()]
    authority.page_answer = lambda number, answer: answer
    fetch(consent, authority)
    assert counted(consent) == [30]
    assert in_vault(consent) == 36


def test_an_empty_import_goes_when_nobody_may_ask_for_its_months(parties: Parties) -> None:
    first, second = granted(parties), granted(parties, first_month=LAST)
    sealed(parties, first, months=[])
    stop_consent(parties.actor, consent_id=first)
    erase_tax_data(first, using="intake")
    assert in_vault(first, "completion") == 1, "the other consent may ask for its last month"
    stop_consent(parties.actor, consent_id=second)
    erase_tax_data(second, using="intake")
    assert (in_vault(first, "completion"), in_vault(first, "firm_key")) == (0, 0)
