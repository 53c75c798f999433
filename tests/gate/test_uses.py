"""Uses as the signed document allows them: counted by the gate, judged again by the reader."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from portal.consents.door import ConsentRefused, reading
from tests.gate.parties import (
    Connection,
    Parties,
    enter,
    granted,
    refusal,
    rewritten,
    sealed,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def months_read(parties: Parties, consent: UUID, purpose: str = "underwriting") -> int:
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose=purpose, job_id=uuid4()
    ) as window:
        return len(list(window.chunks()))


def used_before(admin: Connection, consent: UUID) -> None:
    """A use of last month, before the consent was given."""
    admin.execute(
        "INSERT INTO gate.use (consent, use_no, job, at)"
        " VALUES (%s, 1, gen_random_uuid(), clock_timestamp() - interval '32 days')",
        [consent],
    )


def test_a_one_time_consent_with_an_edited_number_of_uses_is_read_once(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    rewritten(admin, consent, "max_uses = 9")
    assert months_read(parties, consent) == 12
    with pytest.raises(ConsentRefused, match="beyond_document"):
        months_read(parties, consent)


def test_a_monthly_consent_is_not_read_more_often_than_months_have_begun(
    admin: Connection, parties: Parties
) -> None:
    consent, fresh = (granted(parties, purpose="monitoring") for _ in range(2))
    sealed(parties, consent)
    used_before(admin, consent)
    with pytest.raises(ConsentRefused, match="beyond_document"):
        months_read(parties, consent, "monitoring")
    assert months_read(parties, fresh, "monitoring") == 12


def test_a_ticket_is_good_for_a_minute(
    admin: Connection, vault: Connection, parties: Parties
) -> None:
    ticket = taken(vault, parties, granted(parties))
    older(admin, ticket, seconds=50)
    enter(vault, ticket)
    vault.rollback()
    older(admin, ticket, seconds=11)
    assert "no_such_ticket" in refusal(vault, "SELECT gate.enter(%s)", [ticket])


def older(admin: Connection, ticket: UUID, *, seconds: int) -> None:
    """As if the ticket had been taken so much earlier."""
    admin.execute("ALTER TABLE gate.ticket DISABLE TRIGGER no_change")
    try:
        admin.execute(
            "UPDATE gate.ticket SET taken_at = taken_at - make_interval(secs => %s),"
            " expires_at = expires_at - make_interval(secs => %s) WHERE id = %s",
            [seconds, seconds, ticket],
        )
    finally:
        admin.execute("ALTER TABLE gate.ticket ENABLE ALWAYS TRIGGER no_change")
