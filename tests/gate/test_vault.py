"""What the intake log-in may put into the vault, which import is read, and erasing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from portal.consents.door import ConsentRefused, reading
from portal.consents.stop_consent import stop_consent
from portal.core.months import months_between
from scoring.engine.summary import MonthSummary
from tests.gate.conftest import Open
from tests.gate.parties import (
    COUNT,
    FIRST,
    LAST,
    Connection,
    Parties,
    enter,
    granted,
    new_parties,
    refusal,
    sealed,
    taken,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
IMPORT = """
    INSERT INTO vault.import (id, firm, consent, category, first_month, last_month, as_of_month,
        manifest_sha256)
    VALUES (%s, %s, %s, %s, %s, %s, %s, repeat('0', 64))
"""
CHUNK = """
    INSERT INTO vault.chunk (import, firm, category, month, kind, version, nonce, ciphertext)
    VALUES (%s, %s, 'vat_invoices', %s, 'summary', 1, repeat('0', 12)::bytea, 'x')
"""


def test_intake_adds_and_can_do_nothing_else(opened: Open, parties: Parties) -> None:
    intake = opened("intake")
    sealed(parties, granted(parties))
    for query in (
        "SELECT count(*) FROM vault.chunk",
        "SELECT * FROM vault.firm_key",
        "UPDATE vault.import SET firm = gen_random_uuid()",
        "DELETE FROM vault.chunk",
        "TRUNCATE vault.chunk CASCADE",
        "SELECT * FROM otp_totp_totpdevice",
        "SELECT gate.take(gen_random_uuid(), gen_random_uuid(), 'x', gen_random_uuid())",
    ):
        assert "permission denied" in refusal(intake, query)


@pytest.mark.parametrize(
    "change", ["another firm", "another category", "a month too many", "no consent"]
)
def test_nothing_is_stored_that_no_live_consent_covers(
    opened: Open, parties: Parties, change: str
) -> None:
    consent = granted(parties)
    terms = {
        "id": uuid4(),
        "firm": parties.firm_id,
        "consent": consent,
        "category": "vat_invoices",
        "first": FIRST.first,
        "last": LAST.first,
        "as_of": LAST.first,
    }
    changes: dict[str, dict[str, object]] = {
        "another firm": {"firm": new_parties().firm_id},
        "another category": {"category": "vat_returns"},
        "a month too many": {"first": (FIRST - 1).first},
        "no consent": {"consent": uuid4()},
    }
    intake = opened("intake", autocommit=False)
    intake.execute(IMPORT, list(terms.values()))
    intake.rollback()
    assert "not_covered" in refusal(intake, IMPORT, list({**terms, **changes[change]}.values()))


def test_a_withdrawal_during_the_fetch_keeps_the_package_out(
    opened: Open, vault: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    intake, import_id = opened("intake"), uuid4()
    _begin(intake, parties, consent, import_id)
    intake.execute(CHUNK, [import_id, parties.firm_id, LAST.first])
    stop_consent(parties.actor, consent_id=consent)
    assert "not_covered" in refusal(intake, *_completion(import_id, parties, 1))


def test_an_import_is_seen_when_complete_and_then_closed(
    opened: Open, vault: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    intake, import_id = opened("intake"), uuid4()
    _begin(intake, parties, consent, import_id)
    intake.execute(CHUNK, [import_id, parties.firm_id, LAST.first])
    enter(vault, taken(vault, parties, consent))
    assert value(vault, COUNT) == 0
    assert "incomplete" in refusal(intake, *_completion(import_id, parties, 2))
    intake.execute(*_completion(import_id, parties, 1))
    assert value(vault, COUNT) == 1
    late = refusal(intake, CHUNK, [import_id, parties.firm_id, (LAST - 1).first])
    assert "not_of_this_import" in late


def test_a_chunk_is_of_its_imports_firm_and_months(opened: Open, parties: Parties) -> None:
    intake, import_id = opened("intake"), uuid4()
    _begin(intake, parties, granted(parties), import_id)
    for firm, month in ((new_parties().firm_id, LAST), (parties.firm_id, FIRST - 1)):
        assert "not_of_this_import" in refusal(intake, CHUNK, [import_id, firm, month.first])


def test_the_newest_complete_import_that_covers_a_month_is_read(parties: Parties) -> None:
    """A month that was corrected to nothing isn't filled up from the older import."""
    consent = granted(parties)
    sealed(parties, consent, net_fen=100)
    recent = months_between(LAST - 5, LAST)
    sealed(parties, consent, first=LAST - 5, months=recent[1:], net_fen=200)
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        read = {chunk.month: _net(chunk.data) for chunk in window.chunks("summary")}
        assert window.as_of == LAST
    assert recent[0] not in read
    assert {read[month] for month in recent[1:]} == {200}
    assert {read[month] for month in months_between(FIRST, LAST - 6)} == {100}


def test_a_failed_import_leaves_the_earlier_one_untouched(parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent, net_fen=100)
    with pytest.raises(DatabaseError):
        sealed(parties, consent, first=FIRST - 1, net_fen=200)
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        assert {_net(chunk.data) for chunk in window.chunks("summary")} == {100}


def test_a_chunk_moved_to_another_place_does_not_open(admin: Connection, parties: Parties) -> None:
    """An administrator swaps two months: the place is authenticated with the content."""
    consent = granted(parties)
    sealed(parties, consent)
    swap = """
        UPDATE vault.chunk c SET nonce = o.nonce, ciphertext = o.ciphertext FROM vault.chunk o
        WHERE c.firm = %s AND o.firm = c.firm AND c.kind = 'summary' AND o.kind = c.kind
            AND c.month = %s AND o.month = %s
    """
    admin.execute(swap, [parties.firm_id, LAST.first, FIRST.first])
    with (
        pytest.raises(ConsentRefused) as refused,
        reading(
            consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
        ) as window,
    ):
        list(window.chunks())
    assert refused.value.code == "sealed_for_another"


def _begin(intake: Connection, parties: Parties, consent: UUID, import_id: UUID) -> None:
    months = [FIRST.first, LAST.first, LAST.first]
    intake.execute(IMPORT, [import_id, parties.firm_id, consent, "vat_invoices", *months])
    intake.execute(
        "INSERT INTO vault.firm_key (import, firm, vault_kid, wrapped) VALUES (%s, %s, 'k', 'x')",
        [import_id, parties.firm_id],
    )


def _completion(import_id: UUID, parties: Parties, chunks: int) -> tuple[str, list[object]]:
    query = "INSERT INTO vault.completion (import, firm, chunks) VALUES (%s, %s, %s)"
    return query, [import_id, parties.firm_id, chunks]


def _net(summary: bytes) -> int:
    return MonthSummary.from_json(summary).sale.net_fen
