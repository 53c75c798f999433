"""Erasing: only what no consent covers, all of that, reported once, and without anybody asking."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from portal.consents.erase_records import erase_records
from portal.consents.note_ends import note_ends
from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_for
from portal.consents.receipts import records_are_kept
from portal.consents.signing import grant
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Job
from portal.jobs.models import JobRow
from portal.taxdata.erasing import Erased, erase_tax_data, sweep_vault
from tests.gate.conftest import Open
from tests.gate.parties import (
    COUNT,
    EVIDENCE,
    FIRST,
    LAST,
    Connection,
    Parties,
    asked,
    enter,
    granted,
    new_parties,
    refusal,
    rewritten,
    sealed,
    taken,
    value,
)
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ERASE = "SELECT erased FROM vault.erase(%s)"
LEFT = "SELECT count(*) FROM vault.{} WHERE firm = %s"
TABLES = ("chunk", "firm_key", "import", "completion", "staged")


def swept() -> None:
    """Round after round: each takes a hundred, and other tests of this database leave work too."""
    while sweep_vault(using="watchdog"):
        pass


def left(admin: Connection, parties: Parties) -> dict[str, int]:
    return {table: value(admin, LEFT.format(table), [parties.firm_id]) for table in TABLES}


def move_start(admin: Connection, consent: UUID, days: int) -> None:
    """As if the consent had been signed so many days earlier."""
    admin.execute("ALTER TABLE gate.consent DISABLE TRIGGER no_change")
    try:
        admin.execute(
            "UPDATE gate.consent SET not_before = not_before - make_interval(days => %s),"
            " expires_at = expires_at - make_interval(days => %s) WHERE id = %s",
            [days, days, consent],
        )
    finally:
        admin.execute("ALTER TABLE gate.consent ENABLE ALWAYS TRIGGER no_change")


@pytest.mark.parametrize("login", ["intake", "watchdog"])
def test_a_withdrawn_consents_records_go_with_their_keys_and_it_is_recorded(
    opened: Open, admin: Connection, parties: Parties, login: str
) -> None:
    consent, eraser = granted(parties), opened(login)
    sealed(parties, consent)
    assert "still_covered" in refusal(eraser, ERASE, [consent])
    stop_consent(parties.actor, consent_id=consent)
    assert value(eraser, ERASE, [consent]) == 36
    assert set(left(admin, parties).values()) == {0}
    assert value(eraser, ERASE, [consent]) == 0
    (event,) = events_about(f"consent:{consent}", kind="data.erased")
    assert event["payload"] == {"firm": str(parties.firm_id), "chunks": 36, "kept": 0}


@pytest.mark.parametrize("login", ["web", "signer", "vault", "scorer"])
def test_nobody_else_erases(opened: Open, parties: Parties, login: str) -> None:
    assert "permission denied" in refusal(opened(login), ERASE, [granted(parties)])


def test_a_paused_consent_keeps_its_records(parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    pause_consent(parties.actor, consent_id=consent)
    with pytest.raises(Cancelled) as refused:
        erase_tax_data(consent, using="intake")
    assert refused.value.code == "still_covered"


def test_a_record_lives_while_any_consent_covers_it(
    vault: Connection, admin: Connection, parties: Parties
) -> None:
    """Half of the months are another bank's too: they stay readable, the others go."""
    bank = new_parties().bank_id
    first, second = granted(parties), granted(parties, bank_id=bank, first_month=LAST - 5)
    sealed(parties, first)
    stop_consent(parties.actor, consent_id=first)
    assert erase_tax_data(first, using="intake") == Erased(erased=18, kept=18)
    assert left(admin, parties)["firm_key"] == 1
    enter(vault, taken(vault, Parties(parties.firm_id, bank, parties.person_id), second))
    assert value(vault, COUNT) == 6
    vault.rollback()
    stop_consent(parties.actor, consent_id=second)
    assert erase_tax_data(second, using="intake") == Erased(erased=18, kept=0)
    assert set(left(admin, parties).values()) == {0}


def test_superseding_erases_what_the_new_one_leaves_out(parties: Parties) -> None:
    old = granted(parties)
    sealed(parties, old)
    new = asked(parties, supersedes=old, first_month=FIRST + 2)
    grant(new, person_id=parties.person_id, evidence=EVIDENCE, using="signer")
    assert JobRow.objects.filter(name=Job.ERASE_TAX_DATA, subject=f"consent:{old}").exists()
    assert erase_tax_data(old, using="intake") == Erased(erased=6, kept=30)


def test_the_firm_may_wish_them_kept_for_the_storage_time_and_no_longer(
    admin: Connection, opened: Open, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    stop_consent(parties.actor, consent_id=consent, keeps_records=True)
    assert not JobRow.objects.filter(name=Job.ERASE_TAX_DATA, subject=f"consent:{consent}").exists()
    swept()
    assert left(admin, parties)["chunk"] == 36
    move_start(admin, consent, 30)
    swept()
    assert set(left(admin, parties).values()) == {0}


@pytest.mark.parametrize("end", ["kept", "expired"])
def test_the_firm_may_have_them_erased_before_the_storage_time_is_over(
    admin: Connection, web: Connection, parties: Parties, end: str
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    wish = "SELECT gate.wish_erased(%s, %s)"
    assert "not_ended" in refusal(web, wish, [consent, parties.person_id])
    if end == "kept":
        stop_consent(parties.actor, consent_id=consent, keeps_records=True)
    else:
        rewritten(admin, consent, "expires_at = clock_timestamp()")
    assert records_are_kept(consent_for(parties.actor, consent))
    swept()
    assert left(admin, parties)["chunk"] == 36
    for _ in range(2):
        erase_records(parties.actor, consent_id=consent)
    assert not records_are_kept(consent_for(parties.actor, consent))
    swept()
    assert set(left(admin, parties).values()) == {0}
    assert len(events_about(f"consent:{consent}", kind="consent.erasure_wished")) == 1


def test_a_banks_wish_keeps_nothing(web: Connection, admin: Connection, parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    web.execute("SELECT gate.stop(%s, 'release', 'person:test', true)", [consent])
    swept()
    assert left(admin, parties)["chunk"] == 0


def test_the_sweep_alone_records_an_expiry_and_erases(admin: Connection, parties: Parties) -> None:
    """No job, no broker, no beat."""
    consent, waiting = granted(parties), asked(parties)
    sealed(parties, consent)
    move_start(admin, consent, 31)
    admin.execute("ALTER TABLE sign.request DISABLE TRIGGER no_change")
    try:
        admin.execute(
            "UPDATE sign.request SET asked_at = asked_at - interval '2 days' WHERE id = %s",
            [waiting],
        )
    finally:
        admin.execute("ALTER TABLE sign.request ENABLE ALWAYS TRIGGER no_change")
    for _ in range(2):
        note_ends(using="watchdog")
        swept()
    assert set(left(admin, parties).values()) == {0}
    kinds = [event["kind"] for event in events_about(f"consent:{consent}")]
    assert kinds == ["consent.granted", "consent.expired", "data.erased"]
    assert [event["kind"] for event in events_about(f"request:{waiting}")] == [
        "consent.requested",
        "request.expired",
    ]
    told = JobRow.objects.filter(name=Job.TELL_CONSENT_ENDED, subject=f"consent:{consent}")
    assert told.count() == 1


def test_what_was_never_completed_goes_too(
    opened: Open, admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    opened("intake").execute(
        "INSERT INTO vault.import (id, firm, consent, category, first_month, last_month,"
        " as_of_month, manifest_sha256) VALUES (%s, %s, %s, 'vat_invoices', %s, %s, %s, %s)",
        [uuid4(), parties.firm_id, consent, FIRST.first, LAST.first, LAST.first, "0" * 64],
    )
    stop_consent(parties.actor, consent_id=consent)
    erase_tax_data(consent, using="intake")
    assert left(admin, parties)["import"] == 0


def test_other_firms_are_left_alone(admin: Connection, parties: Parties) -> None:
    other, consent = new_parties(), granted(parties)
    sealed(other, granted(other))
    sealed(parties, consent)
    stop_consent(parties.actor, consent_id=consent)
    erase_tax_data(consent, using="intake")
    assert left(admin, other)["chunk"] == 36
