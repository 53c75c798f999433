"""Asking, answering and looking: who may, what is refused, what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from portal.consents.create_bank_entry import create_bank_entry
from portal.consents.mandates import record_mandate
from portal.consents.pause_consent import pause_consent
from portal.consents.queries import (
    consent_for,
    consents_visible_to,
    live_consent_for,
    live_consent_ids,
    receipt_for,
    request_state,
    uses_of,
)
from portal.consents.signing import decline, grant, resume, terms_for
from portal.consents.stop_consent import stop_consent
from portal.consents.transitions import MOVES, ConsentState
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from tests.gate.parties import EVIDENCE, FIRST, LAST, Parties, asked, granted, new_parties
from tests.outbox import events_about
from tests.personas import new_uscc

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


def test_a_request_is_recorded_and_waits(parties: Parties) -> None:
    request = asked(parties)
    view = request_state(request)
    assert (view.state, view.consent_id) == ("pending", None)
    (event,) = events_about(f"request:{request}")
    assert event["kind"] == "consent.requested"
    assert (event["payload"]["first_month"], event["payload"]["last_month"]) == (
        str(FIRST),
        str(LAST),
    )


def test_a_grant_says_what_was_asked_and_is_recorded_once(parties: Parties) -> None:
    application = uuid4()
    consent = granted(parties, application_id=application)
    view = consent_for(parties.actor, consent)
    assert (view.state, view.uses, view.max_uses) == (ConsentState.ACTIVE, 0, 1)
    assert (view.first_month, view.last_month) == (FIRST, LAST)
    assert (view.bank_name, view.bank_name_zh) == ("Lantern Demo Bank", "灯笼演示银行")
    assert view.application_id == application
    assert view.expires_at - view.granted_at <= timedelta(days=30)
    assert request_state(consent).consent_id == consent
    (event,) = events_about(f"consent:{consent}")
    assert event["kind"] == "consent.granted"
    assert (
        event["payload"]["artefact_sha256"] == receipt_for(parties.actor, consent).artefact_sha256
    )


def test_a_no_is_recorded_and_ends_the_request(parties: Parties) -> None:
    request = asked(parties)
    decline(request, person_id=parties.person_id, using="signer")
    assert request_state(request).state == "rejected"
    assert [event["kind"] for event in events_about(f"request:{request}")] == [
        "consent.requested",
        "consent.declined",
    ]
    with pytest.raises(InvalidTransition):
        grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


@pytest.mark.parametrize("answer", [decline, lambda *a, **k: grant(*a, evidence=EVIDENCE, **k)])
def test_a_stranger_answers_nothing(parties: Parties, answer: Callable[..., object]) -> None:
    request, stranger = asked(parties), new_parties()
    with pytest.raises(NotFound):
        answer(request, person_id=stranger.person_id, using="signer")
    with pytest.raises(NotFound):
        answer(uuid4(), person_id=parties.person_id, using="signer")
    assert request_state(request).state == "pending"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"firm_id": uuid4()}, NotFound),
        ({"bank_id": uuid4()}, NotFound),
        ({"purpose": "marketing"}, RuleBroken),
        ({"categories": []}, RuleBroken),
        ({"first_month": LAST - 24}, RuleBroken),
        ({"last_month": LAST + 1}, RuleBroken),
    ],
)
def test_a_request_beyond_the_rules_is_not_made(
    parties: Parties, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        asked(parties, **changes)


def test_the_signer_holds_a_request_to_the_ceilings_again(parties: Parties) -> None:
    """As a taken-over web process would write it, past every check of its own."""
    request = uuid4()
    with connections["web"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO sign.request (id, firm, bank, purpose, categories, first_month,"
            " last_month, days, storage_days, max_uses, person)"
            " VALUES (%s, %s, %s, 'underwriting', '{vat_invoices}', '2016-01-01', %s, 400, 400,"
            " 1000, %s)",
            [request, parties.firm_id, parties.bank_id, LAST.first, parties.person_id],
        )
    with pytest.raises(RuleBroken):
        terms_for(request, using="signer")
    with pytest.raises(RuleBroken):
        grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def test_terms_are_the_signers_own(parties: Parties) -> None:
    terms = terms_for(asked(parties), using="signer")
    assert terms.is_pending
    assert (terms.bank.name, terms.bank_name_zh) == ("Lantern Demo Bank", "灯笼演示银行")
    assert terms.purpose_text.en
    assert [text.zh for text in terms.category_texts] == ["增值税发票（销项与进项）"]


def test_a_clerk_looks_and_does_nothing(parties: Parties) -> None:
    consent = granted(parties)
    clerk = replace(parties.actor, roles=frozenset({Role.FIRM_CLERK}))
    assert consent_for(clerk, consent).id == consent
    for act in (stop_consent, pause_consent):
        with pytest.raises(NotAllowed):
            act(clerk, consent_id=consent)
    assert consent_for(clerk, consent).is_live


def test_only_the_two_parties_see_a_consent(parties: Parties) -> None:
    consent, other = granted(parties), new_parties()
    bank = _of(parties, parties.bank_id, OrganisationKind.BANK)
    assert [view.id for view in consents_visible_to(bank).rows] == [consent]
    assert [view.id for view in consents_visible_to(parties.actor).rows] == [consent]
    for stranger in (
        other.actor,
        _of(other, other.bank_id, OrganisationKind.BANK),
        _of(other, uuid4(), OrganisationKind.REGULATOR),
        _of(other, uuid4(), OrganisationKind.OPERATOR),
        replace(other.actor, organisation_id=None, organisation_kind=None),
    ):
        assert consent not in [view.id for view in consents_visible_to(stranger).rows]
        with pytest.raises(NotFound):
            consent_for(stranger, consent)
        with pytest.raises(NotFound):
            receipt_for(stranger, consent)


def test_a_live_consent_is_found_by_all_three_parties_to_it(parties: Parties) -> None:
    application = uuid4()
    consent = granted(parties, application_id=application)
    asked_for: dict[str, Any] = {
        "bank_id": parties.bank_id,
        "firm_id": parties.firm_id,
        "application_id": application,
    }
    found = live_consent_for(**asked_for)
    assert found is not None
    assert found.id == consent
    for name in asked_for:
        assert live_consent_for(**{**asked_for, name: uuid4()}) is None
    assert live_consent_for(**{**asked_for, "application_id": None}) is None
    assert live_consent_ids([consent, uuid4()]) == {consent}
    stop_consent(parties.actor, consent_id=consent)
    assert live_consent_for(**asked_for) is None
    assert live_consent_ids([consent]) == frozenset()


def test_stopping_pausing_and_resuming_record_exactly_their_events(parties: Parties) -> None:
    consent = granted(parties)
    pause_consent(parties.actor, consent_id=consent)
    with pytest.raises(InvalidTransition):
        pause_consent(parties.actor, consent_id=consent)
    with pytest.raises(NotFound):
        resume(consent, person_id=uuid4(), using="signer")
    resume(consent, person_id=parties.person_id, using="signer")
    with pytest.raises(InvalidTransition):
        resume(consent, person_id=parties.person_id, using="signer")
    stop_consent(parties.actor, consent_id=consent)
    assert [event["kind"] for event in events_about(f"consent:{consent}")] == [
        "consent.granted",
        "consent.paused",
        "consent.resumed",
        "consent.withdrawn",
    ]
    assert uses_of(consent) == []


def test_the_database_knows_the_states_that_the_table_names() -> None:
    with connections["web"].cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('gate.consent_status'::regclass)")
        (definition,) = cursor.fetchone() or ("",)
    assert {state for state in ConsentState if f"'{state}'" in definition} == set(MOVES)
    assert set(MOVES) == set(ConsentState)


def test_one_person_here_is_one_person_at_the_authority(parties: Parties) -> None:
    uscc, identity = new_uscc(), f"authority-{parties.person_id}"
    firm = _mandate(parties.person_id, uscc, identity)
    assert _mandate(parties.person_id, uscc, identity) == firm, "again is no second firm"
    with pytest.raises(RuleBroken) as refused:
        _mandate(uuid4(), uscc, identity)
    assert refused.value.code == "identity_taken"
    with pytest.raises(RuleBroken) as refused:
        _mandate(parties.person_id, uscc, "somebody else")
    assert refused.value.code == "linked_to_another_identity"


def test_a_changed_role_ends_the_old_mandate(parties: Parties) -> None:
    request = asked(parties)
    with connections["signer"].cursor() as cursor:
        cursor.execute("SELECT uscc FROM sign.firm WHERE id = %s", [parties.firm_id])
        (uscc,) = cursor.fetchone() or ("",)
    _mandate(parties.person_id, uscc, f"authority-{parties.person_id}", role="clerk")
    with pytest.raises(NotFound):
        grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def test_a_banks_name_is_entered_once_and_stays(parties: Parties) -> None:
    create_bank_entry(
        bank_id=parties.bank_id, name="Other", name_zh="另一", licence="X", using="owner"
    )
    assert terms_for(asked(parties), using="signer").bank.name == "Lantern Demo Bank"


def _mandate(person: UUID, uscc: str, identity: str, *, role: str = "legal_representative") -> UUID:
    with transaction.atomic(using="signer"):
        return record_mandate(
            person_id=person,
            uscc=uscc,
            name="Demo Firm",
            name_zh="演示企业",
            authority_person=identity,
            role=role,
            using="signer",
        ).firm_id


def _of(parties: Parties, organisation: UUID, kind: OrganisationKind) -> Actor:
    role = {
        OrganisationKind.BANK: Role.BANK_OFFICER,
        OrganisationKind.REGULATOR: Role.REGULATOR,
        OrganisationKind.OPERATOR: Role.OPERATOR,
    }[kind]
    return replace(
        parties.actor,
        organisation_id=organisation,
        organisation_kind=kind,
        roles=frozenset({role}),
    )
