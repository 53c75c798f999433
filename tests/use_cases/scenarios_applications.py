"""Loan applications, products and the chain's check."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from ledger.kinds import EventKind
from portal.applications.advance_application import advance_application
from portal.applications.answer_proposal import answer_proposal
from portal.applications.approval_models import Answer
from portal.applications.ask_review import ask_review
from portal.applications.attach_consent_request import attach_consent_request
from portal.applications.decide_application import decide_application
from portal.applications.limits import Limits
from portal.applications.models import LoanApplication
from portal.applications.open_case import open_case
from portal.applications.set_approval_limit import set_approval_limit
from portal.applications.start_application import start_application
from portal.applications.submit_application import submit_application
from portal.applications.update_terms import update_terms
from portal.applications.withdraw_application import withdraw_application
from portal.core.actor import Actor, Role
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.oversight.ask_ledger_check import ask_ledger_check
from portal.products.create_product import create_product
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from portal.products.rules import ProductBounds, ProductTexts
from tests.applications.cases import (
    SYSTEM,
    consent_of,
    consented,
    drafted,
    fetched,
    new_product,
    scored,
    submitted,
    under_review,
)
from tests.applications.reviews import declined_alone, strict_product
from tests.personas import People, invited
from tests.products.versions import in_force
from tests.use_cases.scenario import Case, scenario

TEXTS = ProductTexts("Spring Loan", "春耕贷", "For seed and tools.", "用于购置种子和农具。")
BOUNDS = ProductBounds(1_000_000, 50_000_000, (6, 12), 435)


def product_of(people: People) -> Product:
    return new_product(people.bo.organisation_id)


@scenario(create_product, EventKind.PRODUCT_CREATED)
def a_new_product(people: People) -> Case:
    tag = uuid4().hex[:8]
    texts = replace(TEXTS, name=f"Spring Loan {tag}", name_zh=f"春耕贷{tag}")

    def create(actor: Actor, bounds: ProductBounds = BOUNDS) -> Product:
        bank = people.bo.organisation_id
        assert bank is not None
        return create_product(actor, bank_id=bank, texts=texts, bounds=bounds)

    return Case(
        run=lambda: create(people.olga),
        about=lambda product: product.ref,
        refused=[
            (NotAllowed, lambda: create(people.bo)),
            (NotFound, lambda: create(people.sara)),
            (RuleBroken, lambda: create(people.olga, replace(BOUNDS, annual_rate_bp=0))),
        ],
    )


@scenario(create_product)
def a_product_under_a_known_name(people: People) -> Case:
    known = product_of(people)
    texts = replace(TEXTS, name=known.name)
    return Case(
        run=lambda: create_product(people.olga, bank_id=known.bank_id, texts=texts, bounds=BOUNDS)
    )


@scenario(start_application)
def a_draft(people: People) -> Case:
    product = product_of(people)
    return Case(
        run=lambda: start_application(people.sara, product_id=product.id),
        refused=[
            (NotAllowed, lambda: start_application(people.sam, product_id=product.id)),
            (NotFound, lambda: start_application(people.sara, product_id=uuid4())),
        ],
    )


@scenario(update_terms)
def an_answer(people: People) -> Case:
    draft = start_application(people.sara, product_id=product_of(people).id)
    answer: dict[str, Any] = {"application_id": draft.id, "term_months": 12}
    wrong = {**answer, "term_months": 7}
    return Case(
        run=lambda: update_terms(people.sara, **answer),
        refused=[
            (NotAllowed, lambda: update_terms(people.sam, **answer)),
            (NotFound, lambda: update_terms(people.mallory, **answer)),
            (RuleBroken, lambda: update_terms(people.sara, **wrong)),
        ],
    )


@scenario(attach_consent_request)
def a_request_to_a_draft(people: People) -> Case:
    draft, sent = (
        drafted(people.sara, product_of(people)),
        submitted(people.sara, product_of(people)),
    )
    request: dict[str, Any] = {"application_id": draft.id, "request_id": uuid4()}
    late = {**request, "application_id": sent.id}
    return Case(
        run=lambda: attach_consent_request(people.sara, **request),
        refused=[
            (NotAllowed, lambda: attach_consent_request(people.sam, **request)),
            (NotFound, lambda: attach_consent_request(people.mallory, **request)),
            (InvalidTransition, lambda: attach_consent_request(people.sara, **late)),
        ],
    )


@scenario(submit_application, EventKind.APPLICATION_SUBMITTED)
def a_complete_draft(people: People) -> Case:
    draft, unready = (
        drafted(people.sara, product_of(people)),
        drafted(people.sara, product_of(people)),
    )
    consented(people.sara, draft)
    return Case(
        run=lambda: submit_application(people.sara, application_id=draft.id),
        about=draft.ref,
        jobs=frozenset({Job.FETCH_TAX_DATA, Job.ADVANCE_APPLICATION}),
        refused=[
            (NotAllowed, lambda: submit_application(people.sam, application_id=draft.id)),
            (NotFound, lambda: submit_application(people.mallory, application_id=draft.id)),
            (RuleBroken, lambda: submit_application(people.sara, application_id=unready.id)),
        ],
        afterwards=[
            (InvalidTransition, lambda: submit_application(people.sara, application_id=draft.id)),
        ],
    )


@scenario(advance_application)
def after_the_fetch(people: People) -> Case:
    application = submitted(people.sara, product_of(people))
    fetched(application)
    return Case(
        run=lambda: advance_application(SYSTEM, application_id=application.id),
        jobs=frozenset({Job.SCORE_APPLICATION}),
        refused=[(NotFound, lambda: advance_application(SYSTEM, application_id=uuid4()))],
    )


@scenario(advance_application, EventKind.POLICY_EVALUATED)
def after_the_score_under_a_policy(people: People) -> Case:
    product = product_of(people)
    in_force(people.bo, people.boss, product)
    application = scored(people.sara, product)
    return Case(
        run=lambda: advance_application(SYSTEM, application_id=application.id),
        about=application.ref,
        jobs=frozenset({Job.SEND_MESSAGE, Job.ADVANCE_APPLICATION}),
    )


@scenario(advance_application, EventKind.POLICY_EVALUATED, EventKind.DECISION_RECORDED)
def after_the_score_where_the_policy_decides(people: People) -> Case:
    application = scored(people.sara, strict_product(people), amount_fen=20_000_000)
    return Case(
        run=lambda: advance_application(SYSTEM, application_id=application.id),
        about=application.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


@scenario(ask_review, EventKind.REVIEW_ASKED)
def a_person_asked_for(people: People) -> Case:
    declined, stranger = declined_alone(people), under_review(people.sara, product_of(people))

    def ask(actor: Actor, case: LoanApplication = declined, note: str = "") -> object:
        return ask_review(actor, application_id=case.id, note=note)

    return Case(
        run=lambda: ask(people.sara, note="The order book is attached."),
        about=declined.ref,
        jobs=frozenset({Job.SEND_MESSAGE, Job.ADVANCE_APPLICATION}),
        refused=[
            (NotAllowed, lambda: ask(people.sam)),
            (NotAllowed, lambda: ask(people.bo)),
            (NotFound, lambda: ask(people.mallory)),
            (RuleBroken, lambda: ask(people.sara, note="x" * 1001)),
            (InvalidTransition, lambda: ask(people.sara, stranger)),
        ],
        afterwards=[(InvalidTransition, lambda: ask(people.sara))],
    )


@scenario(open_case, EventKind.DATA_VIEWED)
def a_look_at_a_case(people: People) -> Case:
    application = submitted(people.sara, product_of(people))
    case = application.id
    return Case(
        run=lambda: open_case(people.bo, application_id=case),
        about=f"consent:{consent_of(application)}",
        refused=[
            (NotFound, lambda: open_case(people.ben, application_id=case)),
            (NotAllowed, lambda: open_case(people.sara, application_id=case)),
        ],
    )


@scenario(decide_application, EventKind.DECISION_RECORDED, EventKind.OFFER_MADE)
def an_approval(people: People) -> Case:
    application = under_review(people.sara, product_of(people))

    def decide(actor: Actor, *reasons: str) -> object:
        chosen, case = Outcome.APPROVE, application.id
        return decide_application(actor, application_id=case, outcome=chosen, reasons=reasons)

    return Case(
        run=lambda: decide(people.bo, "score_sufficient"),
        about=application.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, lambda: decide(people.sara, "score_sufficient")),
            (NotFound, lambda: decide(people.ben, "score_sufficient")),
            (RuleBroken, lambda: decide(people.bo, "score_too_low")),
        ],
        afterwards=[(InvalidTransition, lambda: decide(people.boss, "score_sufficient"))],
    )


@scenario(decide_application, EventKind.APPROVAL_PROPOSED)
def an_approval_above_the_limit(people: People) -> Case:
    application = large(people)
    return Case(
        run=lambda: propose(people, application),
        about=application.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


def large(people: People) -> LoanApplication:
    """Above what the standard limits let one person approve."""
    return under_review(people.sara, product_of(people), amount_fen=200_000_000)


def propose(people: People, application: LoanApplication) -> object:
    return decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.APPROVE,
        reasons=["score_sufficient"],
    )


def answers(actor: Actor, application: LoanApplication, answer: Answer, note: str = "") -> object:
    return answer_proposal(actor, application_id=application.id, answer=answer, note=note)


@scenario(answer_proposal, EventKind.DECISION_RECORDED, EventKind.OFFER_MADE)
def a_second_approval(people: People) -> Case:
    application, undecided = large(people), under_review(people.sara, product_of(people))
    propose(people, application)
    approve = Answer.APPROVED
    return Case(
        run=lambda: answers(people.boss, application, approve),
        about=application.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, lambda: answers(people.bo, application, approve)),
            (NotFound, lambda: answers(approver_of(people.ben), application, approve)),
            (InvalidTransition, lambda: answers(people.boss, undecided, approve)),
        ],
        afterwards=[(InvalidTransition, lambda: answers(people.boss, application, approve))],
    )


def approver_of(officer: Actor) -> Actor:
    """An approver at the officer's bank."""
    return replace(officer, person_id=uuid4(), roles=frozenset({Role.BANK_APPROVER}))


@scenario(answer_proposal, EventKind.APPROVAL_RETURNED)
def a_proposal_sent_back(people: People) -> Case:
    application = large(people)
    propose(people, application)
    back = Answer.RETURNED
    return Case(
        run=lambda: answers(people.boss, application, back, "Ask for the order book."),
        about=application.ref,
        refused=[(RuleBroken, lambda: answers(people.boss, application, back))],
    )


@scenario(set_approval_limit, EventKind.APPROVAL_LIMIT_SET)
def a_limit(people: People) -> Case:
    bank = people.bo.organisation_id
    assert bank is not None
    officer = invited("officer", bank, Role.BANK_OFFICER).person_id

    def limit(actor: Actor, person: UUID, alone_fen: int = 100) -> object:
        limits = Limits(alone_fen, 100)
        return set_approval_limit(actor, person_id=person, limits=limits)

    return Case(
        run=lambda: limit(people.boss, officer),
        about=f"person:{officer}",
        refused=[
            (NotAllowed, lambda: limit(people.bo, officer)),
            (NotAllowed, lambda: limit(people.boss, people.boss.person_id)),
            (NotFound, lambda: limit(approver_of(people.ben), officer)),
            (RuleBroken, lambda: limit(people.boss, officer, 101)),
        ],
    )


@scenario(withdraw_application, EventKind.APPLICATION_WITHDRAWN)
def taken_back(people: People) -> Case:
    application = submitted(people.sara, product_of(people))

    def withdraw(actor: Actor) -> object:
        return withdraw_application(actor, application_id=application.id)

    return Case(
        run=lambda: withdraw(people.sara),
        about=application.ref,
        refused=[
            (NotAllowed, lambda: withdraw(people.sam)),
            (NotAllowed, lambda: withdraw(people.bo)),
            (NotFound, lambda: withdraw(people.mallory)),
        ],
        afterwards=[(InvalidTransition, lambda: withdraw(people.sara))],
    )


@scenario(ask_ledger_check)
def the_regulators_button(people: People) -> Case:
    return Case(
        run=lambda: ask_ledger_check(people.rita),
        jobs=frozenset({Job.CHECK_LEDGER}),
        refused=[(NotAllowed, lambda: ask_ledger_check(people.bo))],
    )
