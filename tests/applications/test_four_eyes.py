"""Four eyes above an amount: nobody approves alone what their limit forbids, nor twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from portal.applications.answer_proposal import answer_proposal
from portal.applications.approval_models import Answer, Proposal
from portal.applications.decide_application import decide_application
from portal.applications.limits import STANDARD, Limits
from portal.applications.models import Decision, LoanApplication
from portal.applications.set_approval_limit import set_approval_limit
from portal.applications.transitions import Status
from portal.applications.withdraw_application import withdraw_application
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, Role
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from tests.applications.cases import consent_of, events_of, fresh, under_review
from tests.applications.test_races import at_once, without_the_lock
from tests.personas import People, invited

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LARGE = 200_000_000
APPROVE: dict[str, Any] = {"outcome": Outcome.APPROVE, "reasons": ["score_sufficient"]}


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    """Large enough for the standard limit to ask for a second person."""
    assert STANDARD.alone_fen < LARGE
    return under_review(people.sara, product, amount_fen=LARGE)


@pytest.fixture
def second(people: People) -> Actor:
    """An approver of bank A whose limits are this test's own."""
    assert people.bo.organisation_id
    return invited("second", people.bo.organisation_id, Role.BANK_APPROVER)


def proposed(people: People, case: LoanApplication) -> Proposal:
    made = decide_application(people.bo, application_id=case.id, **APPROVE)
    assert isinstance(made, Proposal)
    return made


def approve(actor: Actor, case: LoanApplication) -> Proposal:
    return answer_proposal(actor, application_id=case.id, answer=Answer.APPROVED)


def test_a_large_approval_waits_for_a_second_person_and_then_stands(
    people: People, case: LoanApplication
) -> None:
    proposal = proposed(people, case)
    assert fresh(case).status == Status.AWAITING_APPROVAL
    assert not Decision.objects.filter(application=case).exists()
    approve(people.boss, case)
    decision = Decision.objects.get(application=case)
    assert fresh(case).status == Status.OFFERED
    assert decision.decided_by == people.bo.person_id
    assert decision.approved_by == people.boss.person_id
    assert decision.inputs == Proposal.objects.get(id=proposal.id).inputs
    assert events_of(case)[-3:] == ["approval.proposed", "decision.recorded", "offer.made"]


def test_an_amount_within_the_limit_and_a_decline_need_one_person(
    people: People, product: Product, case: LoanApplication
) -> None:
    small = under_review(people.sara, product, amount_fen=STANDARD.alone_fen)
    assert isinstance(decide_application(people.bo, application_id=small.id, **APPROVE), Decision)
    declined = decide_application(
        people.bo, application_id=case.id, outcome=Outcome.DECLINE, reasons=["sales_falling"]
    )
    assert isinstance(declined, Decision)


def test_the_proposer_is_never_the_second(people: People, case: LoanApplication) -> None:
    """Though an approver by role, and though no use case is asked."""
    decide_application(people.boss, application_id=case.id, **APPROVE)
    with pytest.raises(NotAllowed):
        approve(people.boss, case)
    with pytest.raises(IntegrityError, match="proposal_answered_by_another"), transaction.atomic():
        Proposal.objects.filter(application=case).update(
            answer="approved", answered_by=people.boss.person_id, answered_at=timezone.now()
        )


def test_the_database_refuses_what_the_code_would_let_through(
    people: People, case: LoanApplication
) -> None:
    row: dict[str, Any] = {
        "application": case,
        "outcome": Outcome.APPROVE,
        "reasons": ["score_sufficient"],
        "inputs": {},
        "amount_fen": LARGE,
        "alone_fen": STANDARD.alone_fen,
        "decided_by": people.bo.person_id,
        "terms": {},
    }
    with pytest.raises(IntegrityError, match="above_limit_has_second"), transaction.atomic():
        Decision.objects.create(**row)
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Decision.objects.create(**row, approved_by=people.bo.person_id)
    # The policy alone: not above its limit, and nobody is the second of one.
    with pytest.raises(IntegrityError, match="policy_within_limit"), transaction.atomic():
        Decision.objects.create(**row | {"decided_by": None, "outcome": "decline", "terms": None})
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Decision.objects.create(
            **row | {"decided_by": None, "amount_fen": 1}, approved_by=people.boss.person_id
        )


def test_nobody_decides_a_case_that_awaits_approval(people: People, case: LoanApplication) -> None:
    proposed(people, case)
    for outcome, reason in (("approve", "score_sufficient"), ("decline", "sales_falling")):
        with pytest.raises(InvalidTransition):
            decide_application(
                people.boss, application_id=case.id, outcome=Outcome(outcome), reasons=[reason]
            )


def test_a_limit_lowered_while_the_proposal_waits_holds(
    people: People, case: LoanApplication, second: Actor
) -> None:
    proposed(people, case)
    set_approval_limit(people.boss, person_id=second.person_id, limits=Limits(0, LARGE - 1))
    with pytest.raises(RuleBroken, match="You may approve up to") as refused:
        approve(second, case)
    assert refused.value.code == "above_your_limit"
    assert fresh(case).status == Status.AWAITING_APPROVAL
    set_approval_limit(people.boss, person_id=second.person_id, limits=Limits(0, LARGE))
    approve(second, case)
    assert fresh(case).status == Status.OFFERED


def test_an_officers_own_limit_counts(people: People, product: Product, second: Actor) -> None:
    set_approval_limit(people.boss, person_id=second.person_id, limits=Limits(100, LARGE))
    small = under_review(people.sara, product)
    assert isinstance(decide_application(second, application_id=small.id, **APPROVE), Proposal)


def test_a_consent_withdrawn_while_the_proposal_waits(
    people: People, case: LoanApplication
) -> None:
    proposed(people, case)
    stop_consent(people.sara, consent_id=consent_of(case))
    with pytest.raises(RuleBroken) as refused:
        approve(people.boss, case)
    assert refused.value.code == "consent_ended"
    assert not Decision.objects.filter(application=case).exists()


def test_a_proposal_on_other_inputs_is_not_approved(people: People, case: LoanApplication) -> None:
    proposed(people, case)
    Product.objects.using("owner").filter(id=case.product_id).update(annual_rate_bp=999)
    with pytest.raises(RuleBroken) as refused:
        approve(people.boss, case)
    assert refused.value.code == "proposal_outdated"


def test_sent_back_it_is_decided_anew(people: People, case: LoanApplication) -> None:
    proposed(people, case)
    back = partial(answer_proposal, application_id=case.id, answer=Answer.RETURNED)
    with pytest.raises(RuleBroken) as refused:
        back(people.boss, note="  ")
    assert refused.value.code == "note_missing"
    assert back(people.boss, note="What is the cooperative?").answer_note
    assert fresh(case).status == Status.UNDER_REVIEW
    with pytest.raises(InvalidTransition):
        approve(people.boss, case)
    proposed(people, case)
    approve(people.boss, case)
    assert events_of(case)[-5:] == [
        "approval.proposed",
        "approval.returned",
        "approval.proposed",
        "decision.recorded",
        "offer.made",
    ]


def test_a_firm_may_withdraw_while_it_waits(people: People, case: LoanApplication) -> None:
    proposed(people, case)
    withdraw_application(people.sara, application_id=case.id)
    with pytest.raises(InvalidTransition):
        approve(people.boss, case)


def test_two_seconds_at_once(people: People, case: LoanApplication, second: Actor) -> None:
    proposed(people, case)
    both = [partial(approve, who, case) for who in (people.boss, second)]
    assert at_once(*both) == ["InvalidTransition", "done"]
    assert events_of(case).count("decision.recorded") == 1


def test_control_without_the_lock_both_get_past_the_check(
    people: People, case: LoanApplication, second: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(people, case)
    without_the_lock(monkeypatch, "answer_proposal")
    both = [partial(approve, who, case) for who in (people.boss, second)]
    assert at_once(*both) == ["IntegrityError", "done"]


def test_nobody_sets_their_own_limit(people: People, second: Actor) -> None:
    limits = Limits(LARGE, LARGE)
    with pytest.raises(NotAllowed):
        set_approval_limit(second, person_id=second.person_id, limits=limits)
    with pytest.raises(NotAllowed):
        set_approval_limit(people.bo, person_id=second.person_id, limits=limits)
    with pytest.raises(NotFound):
        set_approval_limit(second, person_id=people.ben.person_id, limits=limits)
    for wrong in (Limits(-1, 1), Limits(2, 1)):
        with pytest.raises(RuleBroken):
            set_approval_limit(people.boss, person_id=second.person_id, limits=wrong)


def test_a_proposals_words_are_never_changed(people: People, case: LoanApplication) -> None:
    proposed(people, case)
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as web:
        web.execute("UPDATE applications_proposal SET alone_fen = 0")
