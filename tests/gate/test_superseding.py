"""A change is a newer document: it takes the old one's place in one commit, or nothing happens."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from ledger.format import canonical
from portal.consents.gate_errors import GateRefused
from portal.consents.queries import consent_for, receipt_for
from portal.consents.signing import grant, terms_for
from portal.consents.stop_consent import stop_consent
from portal.consents.transitions import ConsentState
from portal.core.errors import NotFound
from portal.core.jobs import Job
from portal.core.months import Month
from portal.core.wire import Typ, load_signing_key, sign
from portal.jobs.models import JobRow
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
    sealed,
    taken,
    value,
)
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
STOP = "SELECT gate.stop(%s, %s, 'person:test')"


def changed(parties: Parties, old: UUID, *, first: Month = FIRST + 1) -> UUID:
    """A request that would take the old consent's place, a month shorter."""
    return asked(parties, supersedes=old, first_month=first)


def signed(parties: Parties, request: UUID) -> UUID:
    return grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def test_the_new_one_takes_the_place_of_the_old(parties: Parties) -> None:
    old = granted(parties)
    new = signed(parties, changed(parties, old))
    before, after = consent_for(parties.actor, old), consent_for(parties.actor, new)
    assert (before.state, after.state) == (ConsentState.SUPERSEDED, ConsentState.ACTIVE)
    assert (before.superseded_by, after.supersedes) == (new, old)
    (event,) = events_about(f"consent:{old}", kind="consent.superseded")
    assert event["payload"]["by"] == str(new)
    assert JobRow.objects.filter(name=Job.NOTIFY_AUTHORITY, subject=f"consent:{old}").exists()


def test_the_terms_say_what_would_change(parties: Parties) -> None:
    old = granted(parties)
    (change,) = terms_for(changed(parties, old), using="signer").changes
    assert (change.part, change.old, change.new) == ("months", (FIRST, LAST), (FIRST + 1, LAST))
    assert terms_for(asked(parties), using="signer").changes == ()


def test_a_reader_of_the_old_one_sees_nothing_more_and_is_ended(
    vault: Connection, parties: Parties
) -> None:
    old = granted(parties)
    sealed(parties, old)
    enter(vault, taken(vault, parties, old))
    assert value(vault, COUNT) == 12
    signed(parties, changed(parties, old))
    assert "terminating connection" in refusal(vault, COUNT)


def test_a_result_under_the_old_one_is_not_published(opened: Open, parties: Parties) -> None:
    old = granted(parties)
    scorer = opened("scorer")
    scorer.execute("SELECT gate.publish_check(%s)", [old])
    signed(parties, changed(parties, old))
    assert "not_live" in refusal(scorer, "SELECT gate.publish_check(%s)", [old])


def test_a_publisher_that_hangs_does_not_hold_up_the_change(opened: Open, parties: Parties) -> None:
    old = granted(parties)
    scorer = opened("scorer", autocommit=False)
    scorer.execute("SELECT gate.publish_check(%s)", [old])
    new = signed(parties, changed(parties, old))
    assert consent_for(parties.actor, new).is_live
    assert "terminating connection" in refusal(scorer, "SELECT 1")


def test_asking_alone_supersedes_nothing(web: Connection, parties: Parties) -> None:
    old = granted(parties)
    changed(parties, old)
    assert "unknown_stop" in refusal(web, STOP, [old, "supersede"])
    assert consent_for(parties.actor, old).is_live


def test_what_has_ended_meanwhile_is_not_superseded(parties: Parties) -> None:
    old = granted(parties)
    request = changed(parties, old)
    stop_consent(parties.actor, consent_id=old)
    with pytest.raises(GateRefused) as refused:
        signed(parties, request)
    assert refused.value.code == "nothing_to_supersede"
    assert events_about(f"consent:{request}") == []


def test_of_two_changes_the_second_finds_nothing_left(parties: Parties) -> None:
    old = granted(parties)
    one, two = changed(parties, old), changed(parties, old, first=FIRST + 2)
    signed(parties, one)
    with pytest.raises(GateRefused):
        signed(parties, two)
    assert consent_for(parties.actor, old).superseded_by == one


@pytest.mark.parametrize("part", ["firm", "bank", "purpose", "application"])
def test_another_partys_consent_cannot_be_superseded(parties: Parties, part: str) -> None:
    """As a taken-over web process would ask, past every check of its own."""
    other = new_parties()
    victim, forged = forged_change(parties, other, part)
    with pytest.raises((GateRefused, NotFound)):
        signed(parties, forged)
    owner = other if part == "firm" else parties
    assert consent_for(owner.actor, victim).is_live


@pytest.mark.parametrize("part", ["firm", "bank", "purpose", "application"])
def test_nor_with_the_signers_own_key(opened: Open, parties: Parties, part: str) -> None:
    """The gate looks for itself, whatever the signer's code has looked at."""
    victim, forged = forged_change(parties, new_parties(), part)
    honest = json.loads(receipt_for(parties.actor, granted(parties)).payload)
    claims = {**honest, "id": str(forged), "supersedes": str(victim)}
    token = sign(claims, typ=Typ.CONSENT, key=load_signing_key(settings.SIGNER_KEY))
    grant_it = "SELECT gate.grant_consent(%s, %s)"
    document = canonical.encode(claims).decode()
    assert "nothing_to_supersede" in refusal(opened("signer"), grant_it, [document, token])


def forged_change(parties: Parties, other: Parties, part: str) -> tuple[UUID, UUID]:
    """A live consent that differs in one part, and a request that would take its place."""
    victim = {
        "firm": lambda: granted(other),
        "bank": lambda: granted(parties, bank_id=other.bank_id),
        "purpose": lambda: granted(parties, purpose="monitoring"),
        "application": lambda: granted(parties, application_id=parties.firm_id),
    }[part]()
    with connections["web"].cursor() as cursor:
        cursor.execute(_COPY_SUPERSEDING, [victim, asked(parties)])
        ((forged,),) = cursor.fetchall()
    return victim, forged


_COPY_SUPERSEDING = """
    INSERT INTO sign.request (id, firm, bank, purpose, categories, first_month, last_month, days,
        storage_days, max_uses, person, application, supersedes)
    SELECT gen_random_uuid(), firm, bank, purpose, categories, first_month, last_month, days,
        storage_days, max_uses, person, application, %s FROM sign.request WHERE id = %s
    RETURNING id
"""
