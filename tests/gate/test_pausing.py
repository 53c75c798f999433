"""Pausing: stopped like a withdrawal, and ended by the signer's signature only."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from portal.consents.artefact import signed_payload
from portal.consents.door import ConsentRefused, reading
from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_for
from portal.consents.signing import resume
from tests.gate.conftest import Open
from tests.gate.parties import Connection, Parties, granted, refusal, sealed, value

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_pause_ends_by_a_signed_resume_only(
    web: Connection, opened: Open, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    pause_consent(parties.actor, consent_id=consent)
    assert consent_for(parties.actor, consent).state == "paused"
    resume(consent, person_id=parties.person_id, using="signer")
    assert consent_for(parties.actor, consent).state == "active"
    assert _months_read(parties, consent) == 12
    payload, jws = _last_resumption(opened("signer"), consent)
    pause_consent(parties.actor, consent_id=consent)
    assert "permission denied" in refusal(web, "SELECT gate.resume(%s, %s, 'x:y')", [payload, jws])
    replayed = refusal(opened("signer"), "SELECT gate.resume(%s, %s, 'person:x')", [payload, jws])
    assert "nothing_to_resume" in replayed
    assert consent_for(parties.actor, consent).state == "paused"


def test_a_resume_without_the_key_does_not_get_past_the_door(
    opened: Open, admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    pause_consent(parties.actor, consent_id=consent)
    seq = value(admin, "SELECT seq FROM gate.event WHERE consent = %s", [consent])
    admin.execute(
        "INSERT INTO gate.event (consent, kind, resumes, jws, actor)"
        " VALUES (%s, 'resume', %s, 'a.b.c', 'person:thief')",
        [consent, seq],
    )
    assert consent_for(parties.actor, consent).state == "active"
    with pytest.raises(ConsentRefused) as refused:
        _months_read(parties, consent)
    assert refused.value.code == "bad_signature"


def _last_resumption(signer: Connection, consent: UUID) -> tuple[str, str]:
    jws = value(
        signer, "SELECT jws FROM gate.event WHERE consent = %s AND kind = 'resume'", [consent]
    )
    return signed_payload(jws).decode(), jws


def _months_read(parties: Parties, consent: UUID) -> int:
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        return len(list(window.chunks()))
