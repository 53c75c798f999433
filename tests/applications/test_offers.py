"""What an approval offers: its bounds, cost and digest, and what the second person approves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.applications.answer_proposal import answer_proposal
from portal.applications.approval_models import Answer
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication, Offer, Proposal
from portal.applications.offer_terms import OfferTerms, suggested
from portal.applications.replaying import replayed
from portal.applications.transitions import Status
from portal.core.errors import RuleBroken
from portal.products.reason_codes import Outcome
from portal.products.repayment import cost
from portal.products.terms import Terms, digest_of
from tests.applications.cases import fresh, new_product, under_review
from tests.applications.offers import tampered
from tests.ledger.facts import drain
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ASKED = 50_000_000
LENT = Terms(5_000_000, 300_000_000, (6, 12, 24), 435, ("vat_invoices",))


@pytest.fixture
def case(people: People) -> LoanApplication:
    return under_review(people.sara, new_product(people.bo.organisation_id), amount_fen=ASKED)


def approve(people: People, case: LoanApplication, terms: OfferTerms | None) -> Decision | Proposal:
    return decide_application(
        people.bo,
        application_id=case.id,
        outcome=Outcome.APPROVE,
        reasons=["score_sufficient"],
        terms=terms,
    )


def test_an_approval_offers_what_was_asked_for_at_the_rate_shown(
    people: People, case: LoanApplication
) -> None:
    made = approve(people, case, None)
    offer = Offer.objects.get(decision_id=made.id)
    said = offer.document
    assert fresh(case).status == Status.OFFERED
    assert fresh(case).decision_id == made.id
    assert (said["amount_fen"], said["annual_rate_bp"], said["term_months"]) == (ASKED, 435, 12)
    paid = [one["principal_fen"] + one["interest_fen"] for one in said["payments"]]
    assert (said["format"], said["method"], said["day_count"]) == (2, "annuity", "30/360")
    assert paid[0] == cost(ASKED, annual_rate_bp=435, term_months=12).monthly_fen
    assert (len(paid), sum(paid)) == (12, said["total_fen"])
    assert sum(one["principal_fen"] for one in said["payments"]) == ASKED
    assert said["total_fen"] - said["amount_fen"] == said["interest_fen"]
    # Equal instalments without fees cost just the rate, but for rounding to the fen.
    assert (offer.nominal_bp, offer.effective_bp) == (435, 444)
    assert offer.sha256 == digest_of(said)
    assert said["version_sha256"] == made.inputs["product"]["version_sha256"]
    drain()
    assert replayed(made.id).differing == ()


def test_less_may_be_offered_on_conditions_and_that_is_what_two_people_approve(
    people: People,
) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id), amount_fen=200_000_000)
    terms = OfferTerms(150_000_000, 400, ("owner_guarantee",))
    proposal = approve(people, case, terms)
    assert isinstance(proposal, Proposal)
    answer_proposal(people.boss, application_id=case.id, answer=Answer.APPROVED)
    offer = Offer.objects.get(application=case)
    assert (offer.amount_fen, offer.document["conditions"]) == (150_000_000, ["owner_guarantee"])
    assert offer.decision.terms == terms.frozen()


def test_an_amount_below_the_own_limit_needs_no_second_person(people: People) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id), amount_fen=200_000_000)
    assert isinstance(approve(people, case, OfferTerms(100_000_000, 435)), Decision)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (OfferTerms(ASKED + 1, 435), "offer_out_of_range"),
        (OfferTerms(4_999_999, 435), "offer_out_of_range"),
        (OfferTerms(0, 435), "offer_out_of_range"),
        (OfferTerms(-ASKED, 435), "offer_out_of_range"),
        (OfferTerms(ASKED, 436), "rate_out_of_range"),
        (OfferTerms(ASKED, 0), "rate_out_of_range"),
        (OfferTerms(ASKED, 435, ("first_born",)), "condition_unknown"),
        (OfferTerms(ASKED, 435, ("owner_guarantee",) * 2), "condition_unknown"),
    ],
)
def test_nothing_beyond_the_wish_and_the_product_is_offered(
    people: People, case: LoanApplication, terms: OfferTerms, code: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        approve(people, case, terms)
    assert refused.value.code == code
    assert fresh(case).status == Status.UNDER_REVIEW
    assert not Offer.objects.filter(application=case).exists()


@pytest.mark.parametrize(
    ("answer", "offered"),
    [
        (None, OfferTerms(ASKED, 435)),
        ({"verdict": "refer"}, OfferTerms(ASKED, 435)),
        (
            {"verdict": "approve", "limit_fen": 9, "rate_bp": 400, "conditions": ["x"]},
            OfferTerms(9, 400, ("x",)),
        ),
        (
            {"verdict": "approve", "limit_fen": ASKED + 1, "rate_bp": 999, "conditions": []},
            OfferTerms(ASKED, 435),
        ),
    ],
)
def test_what_the_policy_says_is_suggested(
    answer: dict[str, Any] | None, offered: OfferTerms
) -> None:
    assert suggested(ASKED, LENT, answer) == offered
    assert suggested(ASKED, replace(LENT, max_amount_fen=7), answer).amount_fen <= 7


def test_the_portal_cannot_change_an_offer_or_accept_one(
    people: People, case: LoanApplication
) -> None:
    approve(people, case, None)
    for statement in (
        "UPDATE applications_offer SET amount_fen = 1",
        "DELETE FROM applications_offer",
        "UPDATE applications_decision SET outcome = 'decline'",
        "INSERT INTO applications_acceptance (offer_id) VALUES (gen_random_uuid())",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_changed_offer_is_found(people: People, case: LoanApplication) -> None:
    made = approve(people, case, None)
    drain()
    change = "SET document = jsonb_set(document, '{fees_fen}', '1') WHERE decision_id = %s"
    tampered("offer", change, made.id)
    assert replayed(made.id).differing == ("offer",)
