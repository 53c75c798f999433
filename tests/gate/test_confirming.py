"""A changed legal representative: everything waits for the new one, and for nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from portal.consents.confirmations import unconfirmed_before
from portal.consents.gate_errors import GateRefused
from portal.consents.mandate_ends import MandateEnd, end_mandate
from portal.consents.note_ends import note_ends
from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_for
from portal.consents.signing import grant, resume
from portal.core.errors import NotFound, RuleBroken
from tests.gate.conftest import Open
from tests.gate.mandates import INTAKE, confirmable, ended, joined, next_line, wait_for_lock
from tests.gate.parties import (
    EVIDENCE,
    FIRST,
    Connection,
    Parties,
    asked,
    granted,
    refusal,
    taken,
    value,
)
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def state(parties: Parties, consent: object) -> str:
    return str(consent_for(parties.actor, consent).state)  # type: ignore[arg-type]


def test_everything_waits_for_the_new_one(parties: Parties) -> None:
    officer = joined(parties, role="finance_officer")
    consent, by_hand = granted(officer), granted(parties)
    pause_consent(parties.actor, consent_id=by_hand)
    ended(parties)
    assert (state(parties, consent), state(parties, by_hand)) == ("paused", "paused")
    (entry,) = events_about(f"consent:{consent}", kind="consent.paused")
    assert entry["payload"]["because"] == "representative_changed"
    assert events_about(f"person:{parties.person_id}", kind="mandate.ended")
    for nobody in (parties, officer):
        with pytest.raises((GateRefused, NotFound)):
            resume(consent, person_id=nobody.person_id, using="signer")
    successor = joined(parties, role="legal_representative")
    for waiting in (consent, by_hand):
        resume(waiting, person_id=successor.person_id, using="signer")
        assert state(parties, waiting) == "active"
        assert not confirmable(waiting)


def test_an_officers_signature_does_not_end_the_wait_in_the_database(
    parties: Parties, opened: Open
) -> None:
    officer = joined(parties, role="finance_officer")
    consent = granted(officer)
    ended(parties)
    with pytest.raises(GateRefused) as refused:
        resume(consent, person_id=officer.person_id, using="signer")
    assert refused.value.code == "representative_confirms"
    newer = asked(officer, supersedes=consent, first_month=FIRST + 1)
    with pytest.raises(GateRefused) as refused:
        grant(newer, person_id=officer.person_id, evidence=EVIDENCE, using="signer")
    assert refused.value.code == "representative_confirms"
    web = opened("web")
    for query in (
        "SELECT gate.resume('{}', 'a.b.c', 'person:x')",
        "UPDATE sign.mandate SET ends_at = 'infinity', ended_because = NULL",
        "INSERT INTO gate.event (consent, kind, actor) VALUES (gen_random_uuid(), 'pause', 'x')",
        "SELECT sign.end_mandate(1, 'x', 'x', 'clerk', now(), 'x')",
        "SELECT * FROM gate.await_confirmation(gen_random_uuid(), now())",
        "SELECT * FROM gate.note_unconfirmed()",
        "DELETE FROM sign.mandate_end",
    ):
        assert "permission denied" in refusal(web, query), query


def test_a_line_counts_once_and_in_turn(parties: Parties) -> None:
    consent = granted(parties)
    line = ended(parties)
    for serial in (line.serial, line.serial + 2):
        again = next_line(parties)
        with pytest.raises(GateRefused) as refused:
            end_mandate(INTAKE, replace(again, serial=serial), statement="signed", using="intake")
        assert refused.value.code == "not_the_next"
    assert len(events_about(f"consent:{consent}", kind="consent.paused")) == 1


def test_an_assertion_from_before_does_not_bring_a_mandate_back(parties: Parties) -> None:
    line = ended(parties)
    with pytest.raises(RuleBroken) as refused:
        joined(
            parties,
            role="legal_representative",
            person=parties,
            asserted_at=line.ended_at - timedelta(seconds=1),
        )
    assert refused.value.code == "mandate_over"
    joined(parties, role="legal_representative", person=parties, asserted_at=datetime.now(UTC))


def test_an_old_line_leaves_a_newer_mandate_and_what_it_signed(parties: Parties) -> None:
    """The portal heard late: meanwhile the person was appointed again, and signed."""
    line = next_line(parties)
    older = granted(parties)
    joined(parties, role="legal_representative", person=parties)
    newer = granted(parties)
    end_mandate(INTAKE, line, statement="the signed list", using="intake")
    assert (state(parties, older), state(parties, newer)) == ("paused", "active")
    resume(older, person_id=parties.person_id, using="signer")


def test_other_mandates_pause_nothing(parties: Parties) -> None:
    officer = joined(parties, role="finance_officer")
    consent = granted(officer)
    ended(officer, role="finance_officer")
    assert state(parties, consent) == "active"
    pause_consent(parties.actor, consent_id=consent)
    with pytest.raises(NotFound):
        resume(consent, person_id=officer.person_id, using="signer")


def deadline_passes(admin: Connection, consent: UUID) -> None:
    """For every pause that the consent has had so far."""
    admin.execute("ALTER TABLE gate.event DISABLE TRIGGER no_change")
    admin.execute(
        "UPDATE gate.event SET confirm_by = now() - interval '1 second'"
        " WHERE consent = %s AND kind = 'pause'",
        [consent],
    )
    admin.execute("ALTER TABLE gate.event ENABLE ALWAYS TRIGGER no_change")


def test_unconfirmed_in_time_it_ends(parties: Parties, admin: Connection) -> None:
    consent, stays = granted(parties), granted(parties)
    ended(parties)
    while note_ends(using="watchdog"):
        pass
    assert state(parties, consent) == "paused", "its thirty days have only begun"
    deadline_passes(admin, consent)
    successor = joined(parties, role="legal_representative")
    with pytest.raises(GateRefused):
        resume(consent, person_id=successor.person_id, using="signer")
    while note_ends(using="watchdog"):
        pass
    assert (state(parties, consent), state(parties, stays)) == ("withdrawn", "paused")
    (entry,) = events_about(f"consent:{consent}", kind="consent.withdrawn")
    assert entry["payload"]["because"] == "unconfirmed"


def test_nobody_is_reminded_of_a_deadline_that_has_passed(
    parties: Parties, admin: Connection
) -> None:
    consent, late = granted(parties), granted(parties)
    ended(parties)
    deadline_passes(admin, late)
    soon = unconfirmed_before(datetime.now(UTC) + timedelta(days=31))
    found = {one.consent_id for one in soon}
    assert consent in found
    assert late not in found, "the watchdog has not come by yet"


def test_changed_twice_the_second_has_the_whole_time(parties: Parties, admin: Connection) -> None:
    consent = granted(parties)
    ended(parties)
    first = joined(parties, role="legal_representative")
    deadline_passes(admin, consent)
    ended(first)
    while note_ends(using="watchdog"):
        pass
    with pytest.raises(NotFound):
        resume(consent, person_id=first.person_id, using="signer")
    second = joined(parties, role="legal_representative")
    resume(consent, person_id=second.person_id, using="signer")
    assert (state(parties, consent), confirmable(consent)) == ("active", False)


def test_of_two_readers_of_one_line_the_second_is_refused(
    parties: Parties, opened: Open, admin: Connection
) -> None:
    consent, line = granted(parties), next_line(parties)
    first = opened("intake", autocommit=False)
    said = [line.serial, line.uscc, line.authority_person, line.role, line.ended_at, "signed"]
    first.execute("SELECT sign.end_mandate(%s, %s, %s, %s, %s, %s)", said)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(in_a_thread, line)
        wait_for_lock(admin, "sign.end_mandate")
        first.commit()
        with pytest.raises(GateRefused) as refused:
            second.result(timeout=10)
    assert refused.value.code == "not_the_next"
    assert len(events_about(f"consent:{consent}", kind="consent.paused")) == 1


def in_a_thread(line: MandateEnd) -> None:
    try:
        end_mandate(INTAKE, line, statement="the signed list", using="intake")
    finally:
        connections["intake"].close()


def test_days_of_a_pause_do_not_count_against_a_use(
    parties: Parties, vault: Connection, admin: Connection
) -> None:
    consent, job = granted(parties), uuid4()
    taken(vault, parties, consent, job=job)
    ended(parties)
    for table, condition in (("use", ""), ("event", " AND kind = 'pause'")):
        admin.execute(f"ALTER TABLE gate.{table} DISABLE TRIGGER no_change")
        admin.execute(
            f"UPDATE gate.{table} SET at = at - interval '9 days' WHERE consent = %s{condition}",
            [consent],
        )
        admin.execute(f"ALTER TABLE gate.{table} ENABLE ALWAYS TRIGGER no_change")
    successor = joined(parties, role="legal_representative")
    resume(consent, person_id=successor.person_id, using="signer")
    taken(vault, parties, consent, job=job)
    assert value(admin, "SELECT count(*) FROM gate.use WHERE consent = %s", [consent]) == 1
