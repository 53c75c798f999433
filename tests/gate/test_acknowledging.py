"""A bank's word that it knows an end: taken by the gate, of consents that have ended, once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.consents.stop_consent import stop_consent
from tests.gate.parties import Connection, Parties, granted, refusal, value
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ACKNOWLEDGE = "SELECT gate.acknowledge(%s, %s)"


def test_only_an_end_is_acknowledged_and_once(web: Connection, parties: Parties) -> None:
    consent = granted(parties)
    assert "not_ended" in refusal(web, ACKNOWLEDGE, [consent, uuid4()])
    assert "not_ended" in refusal(web, ACKNOWLEDGE, [uuid4(), uuid4()])
    stop_consent(parties.actor, consent_id=consent)
    assert value(web, ACKNOWLEDGE, [consent, uuid4()]) is True
    assert value(web, ACKNOWLEDGE, [consent, uuid4()]) is False
    (event,) = events_about(f"consent:{consent}", kind="consent.end_acknowledged")
    assert event["payload"] == {"bank": str(parties.bank_id)}


def test_the_web_writes_no_such_row_itself(web: Connection, parties: Parties) -> None:
    query = "INSERT INTO gate.acknowledgement (consent, person) VALUES (%s, %s)"
    assert "permission denied" in refusal(web, query, [granted(parties), uuid4()])
