"""What the gate's own functions put in the ledger is what the Python encoder would have written."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ledger.format.event import Event
from portal.consents.pause_consent import pause_consent
from portal.consents.signing import decline, resume
from portal.consents.stop_consent import stop_consent
from tests.gate.conftest import Open
from tests.gate.parties import Connection, Parties, asked, granted, sealed, taken

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BODIES = """
    SELECT body FROM (SELECT body FROM ledger.outbox UNION ALL SELECT body FROM ledger.entry) AS b
    WHERE position(convert_to(%s, 'UTF8') IN body) > 0
"""
BY_THE_GATE = {
    "consent.granted",
    "consent.declined",
    "consent.paused",
    "consent.resumed",
    "consent.withdrawn",
    "data.used",
    "data.refused",
    "data.erased",
}


def test_every_event_of_the_gate_is_canonical(
    admin: Connection, vault: Connection, opened: Open, parties: Parties
) -> None:
    declined = asked(parties)
    decline(declined, person_id=parties.person_id, using="signer")
    consent = granted(parties)
    sealed(parties, consent)
    taken(vault, parties, consent)
    vault.execute(
        "SELECT gate.take(%s, %s, 'underwriting', %s)", [consent, parties.bank_id, uuid4()]
    )
    vault.commit()
    pause_consent(parties.actor, consent_id=consent)
    resume(consent, person_id=parties.person_id, using="signer")
    stop_consent(parties.actor, consent_id=consent)
    opened("watchdog").execute("SELECT vault.erase(%s)", [consent])
    found = set()
    for subject in (f"consent:{consent}", f"request:{declined}", f"firm:{parties.firm_id}"):
        for (body,) in admin.execute(BODIES, [f'"subject":"{subject}"']):
            event = Event.decode(bytes(body))
            assert event.encode() == bytes(body)
            found.add(event.kind)
    assert found >= BY_THE_GATE
