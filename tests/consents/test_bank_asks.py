"""A bank asks a firm: within the ceilings or cut, answered by the firm, silent about strangers."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from portal.consents.artefact_parts import Cut
from portal.consents.ask_firm import ask_firm
from portal.consents.queries import consent_for, receipt_for
from portal.consents.reject_request import reject_request
from portal.consents.requests import asks_of, request_for, requests_waiting_for
from portal.consents.signing import grant, terms_for
from portal.consents.transitions import RequestState
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from tests.gate.parties import EVIDENCE, LAST, Parties, new_parties
from tests.outbox import events_about
from tests.personas import keys, new_uscc

__all__ = ["keys"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


def officer(parties: Parties) -> Actor:
    return replace(
        parties.actor,
        person_id=uuid4(),
        organisation_id=parties.bank_id,
        organisation_kind=OrganisationKind.BANK,
        roles=frozenset({Role.BANK_OFFICER}),
    )


def uscc_of(parties: Parties) -> str:
    with connections["signer"].cursor() as cursor:
        cursor.execute("SELECT uscc FROM sign.firm WHERE id = %s", [parties.firm_id])
        ((uscc,),) = cursor.fetchall()
    return str(uscc)


def ask(parties: Parties, **changes: Any) -> UUID:
    terms: dict[str, Any] = {
        "uscc": uscc_of(parties) if "uscc" not in changes else "",
        "purpose": "underwriting",
        "categories": ["vat_invoices"],
        "months": 24,
        "days": 30,
    }
    return ask_firm(officer(parties), **{**terms, **changes})


def test_the_firm_sees_the_request_and_its_signature_makes_the_consent(parties: Parties) -> None:
    request = ask(parties)
    assert [found.id for found in requests_waiting_for(parties.actor)] == [request]
    assert [found.state for found in asks_of(officer(parties)).rows] == [RequestState.PENDING]
    grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")
    assert consent_for(officer(parties), request).is_live
    assert requests_waiting_for(parties.actor) == []
    assert [found.state for found in asks_of(officer(parties)).rows] == [RequestState.APPROVED]
    (event,) = events_about(f"request:{request}")
    assert (event["kind"], event["payload"]["asked_by"]) == ("consent.requested", "bank")


def test_beyond_the_ceiling_it_is_refused_with_rule_and_figures(parties: Parties) -> None:
    with pytest.raises(RuleBroken) as refused:
        ask(parties, months=36)
    assert refused.value.code == "beyond_ceiling"
    for words in ("36", "24", "underwriting.months.24"):
        assert words in refused.value.message
    assert requests_waiting_for(parties.actor) == []


def test_cut_on_request_it_says_so_to_the_firm_and_in_the_document(parties: Parties) -> None:
    request = ask(parties, months=120, days=90, cut_to_limits=True)
    cuts = (Cut("underwriting.months.24", 120, 24), Cut("underwriting.days.30", 90, 30))
    terms = terms_for(request, using="signer")
    assert (terms.cuts, terms.first_month, terms.days) == (cuts, LAST - 23, 30)
    assert request_for(parties.actor, request).cuts == cuts
    grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")
    assert '"asked":120' in receipt_for(parties.actor, request).payload


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"months": 0}, "nothing_asked"),
        ({"days": 0}, "nothing_asked"),
        ({"categories": []}, "category_missing"),
        ({"purpose": "marketing"}, "purpose_unknown"),
        ({"uscc": "91330100MA27XYZ012"}, "uscc_invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    parties: Parties, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        ask(parties, **changes)
    assert refused.value.code == code


def test_an_unknown_firm_looks_to_the_bank_like_one_that_does_not_answer(parties: Parties) -> None:
    known, unknown = ask(parties), ask(parties, uscc=new_uscc())
    seen = {found.id: found for found in asks_of(officer(parties)).rows}
    own = {"id", "uscc", "asked_at", "answer_by"}
    shown = {
        name: {key: value for key, value in asdict(seen[name]).items() if key not in own}
        for name in (known, unknown)
    }
    assert shown[known] == shown[unknown]
    assert seen[unknown].answer_by - seen[unknown].asked_at == (
        seen[known].answer_by - seen[known].asked_at
    )
    assert events_about(f"request:{unknown}") == []
    with pytest.raises(NotFound):
        terms_for(unknown, using="signer")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_second_ask_waits_for_the_first_whoever_is_asked(
    parties: Parties, *, is_known: bool
) -> None:
    uscc = uscc_of(parties) if is_known else new_uscc()
    ask(parties, uscc=uscc)
    with pytest.raises(RuleBroken) as refused:
        ask(parties, uscc=uscc)
    assert refused.value.code == "ask_waiting"
    ask(parties, uscc=uscc, purpose="monitoring")


def test_one_press_says_no(parties: Parties) -> None:
    request = ask(parties)
    reject_request(parties.actor, request_id=request)
    assert requests_waiting_for(parties.actor) == []
    assert [found.state for found in asks_of(officer(parties)).rows] == [RequestState.REJECTED]
    assert [event["kind"] for event in events_about(f"request:{request}")] == [
        "consent.requested",
        "consent.declined",
    ]
    with pytest.raises(InvalidTransition):
        reject_request(parties.actor, request_id=request)
    with pytest.raises(InvalidTransition):
        grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def test_nobody_answers_for_another_firm_or_without_a_mandate(parties: Parties) -> None:
    request, stranger = ask(parties), new_parties()
    clerk = replace(parties.actor, roles=frozenset({Role.FIRM_CLERK}))
    # The portal's own table of members says yes, the authority's word is missing.
    unmandated = replace(parties.actor, person_id=uuid4())
    for actor, error in ((stranger.actor, NotFound), (clerk, NotAllowed), (unmandated, NotAllowed)):
        with pytest.raises(error):
            reject_request(actor, request_id=request)
    with pytest.raises(NotFound):
        request_for(officer(parties), request)
    assert request_for(parties.actor, request).is_pending
    assert asks_of(parties.actor).rows == ()
    assert requests_waiting_for(officer(parties)) == []


def test_only_a_banks_officer_asks(parties: Parties) -> None:
    with pytest.raises(NotAllowed):
        ask_firm(
            parties.actor,
            uscc=uscc_of(parties),
            purpose="underwriting",
            categories=["vat_invoices"],
            months=1,
            days=1,
        )
