"""Each use case writes exactly its event, or refuses and writes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from portal.applications.advance_application import advance_application
from portal.applications.attach_consent_request import attach_consent_request
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication
from portal.applications.open_case import open_case
from portal.applications.start_application import start_application
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.applications.update_terms import update_terms
from portal.applications.withdraw_application import withdraw_application
from portal.consents.door import ConsentRefused, reading
from portal.consents.stop_consent import stop_consent
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.products.models import Product
from portal.products.reason_codes import REASONS, Outcome
from scoring.engine.model import shipped_model
from scoring.models import Score
from scoring.publish_score import publish_score
from scoring.reading import read_all
from scoring.tasks import score_application
from tests.applications.cases import (
    LAST,
    SYSTEM,
    Steps,
    as_vault_worker,
    consent_of,
    consented,
    drafted,
    events_of,
    fetch_failed,
    fetched,
    fresh,
    job_failed,
    job_row,
    new_product,
    scoring,
    submitted,
    under_review,
)
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
APPROVE: dict[str, Any] = {"outcome": Outcome.APPROVE, "reasons": ["score_sufficient"]}


def test_starting_twice_goes_on_with_the_same_draft(people: People, product: Product) -> None:
    first = start_application(people.sara, product_id=product.id)
    assert start_application(people.sara, product_id=product.id).id == first.id
    with pytest.raises(NotFound):
        start_application(people.sara, product_id=uuid4())


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": 0},
        {"amount_fen": -5_000_000},
        {"amount_fen": 4_999_999},
        {"amount_fen": 300_000_001},
        {"term_months": 7},
        {"use_of_funds": "  "},
        {"use_of_funds": "x" * 401},
    ],
)
def test_answers_outside_the_product_are_refused(
    people: People, product: Product, wrong: dict[str, Any]
) -> None:
    draft = start_application(people.sara, product_id=product.id)
    with pytest.raises(RuleBroken):
        update_terms(people.sara, application_id=draft.id, **wrong)
    assert fresh(draft).amount_fen is None


def test_sending_records_one_event_and_asks_for_the_records(
    people: People, product: Product
) -> None:
    application = submitted(people.sara, product)
    assert events_of(application) == ["application.submitted"]
    assert job_row(application, Job.FETCH_TAX_DATA).payload == {
        "consent": str(application.consent_id)
    }


def _without_consent(people: People, product: Product) -> LoanApplication:
    return drafted(people.sara, product)


def _without_answers(people: People, product: Product) -> LoanApplication:
    return start_application(people.sara, product_id=product.id)


def _with_a_stopped_consent(people: People, product: Product) -> LoanApplication:
    draft = drafted(people.sara, product)
    stop_consent(people.sara, consent_id=consented(people.sara, draft))
    return draft


def _with_a_consent_for_another(people: People, product: Product) -> LoanApplication:
    consented(people.sara, drafted(people.sara, new_product(people.bo.organisation_id)))
    return drafted(people.sara, product)


def _with_a_consent_to_other_data(people: People, product: Product) -> LoanApplication:
    draft = drafted(people.sara, product)
    old = consented(people.sara, draft)
    consented(people.sara, draft, categories=["vat_returns"], supersedes=old)
    return draft


def _with_a_consent_to_fewer_months(people: People, product: Product) -> LoanApplication:
    draft = drafted(people.sara, product)
    consented(people.sara, draft, first_month=LAST - 11)
    return draft


@pytest.mark.parametrize(
    "unready",
    [
        _without_consent,
        _without_answers,
        _with_a_stopped_consent,
        _with_a_consent_for_another,
        _with_a_consent_to_other_data,
        _with_a_consent_to_fewer_months,
    ],
)
def test_an_unready_application_is_not_sent(
    people: People, product: Product, unready: Callable[[People, Product], LoanApplication]
) -> None:
    draft = unready(people, product)
    with pytest.raises(RuleBroken):
        submit_application(people.sara, application_id=draft.id)
    assert fresh(draft).status == Status.DRAFT
    assert events_of(draft) == []


def test_people_without_the_right_or_from_elsewhere_change_nothing(
    people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    before = events_of(application)
    case: dict[str, Any] = {"application_id": application.id}
    for actor, call, refusal in (
        (people.sam, lambda a: withdraw_application(a, **case), NotAllowed),
        (people.sam, lambda a: update_terms(a, **case, term_months=6), NotAllowed),
        (people.sam, lambda a: submit_application(a, **case), NotAllowed),
        (people.sam, lambda a: attach_consent_request(a, **case, request_id=uuid4()), NotAllowed),
        (people.mallory, lambda a: withdraw_application(a, **case), NotFound),
        (people.mallory, lambda a: submit_application(a, **case), NotFound),
        (people.bo, lambda a: withdraw_application(a, **case), NotAllowed),
        (people.sara, lambda a: decide_application(a, **case, **APPROVE), NotAllowed),
        (people.rita, lambda a: decide_application(a, **case, **APPROVE), NotAllowed),
        (people.ben, lambda a: decide_application(a, **case, **APPROVE), NotFound),
        (people.ben, lambda a: open_case(a, **case), NotFound),
        (people.sara, lambda a: open_case(a, **case), NotAllowed),
    ):
        with pytest.raises(refusal):
            call(actor)
    assert events_of(application) == before
    assert fresh(application).status == Status.UNDER_REVIEW


def test_a_sent_application_cannot_be_changed_or_sent_again(
    people: People, product: Product
) -> None:
    application = submitted(people.sara, product)
    case: dict[str, Any] = {"application_id": application.id}
    for call in (
        lambda: update_terms(people.sara, **case, term_months=6),
        lambda: submit_application(people.sara, **case),
        lambda: attach_consent_request(people.sara, **case, request_id=uuid4()),
        lambda: decide_application(people.bo, **case, **APPROVE),
    ):
        with pytest.raises(InvalidTransition):
            call()
    assert events_of(application) == ["application.submitted"]


def test_withdrawing_ends_it(people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    withdraw_application(people.sara, application_id=application.id)
    assert events_of(application)[-1] == "application.withdrawn"
    with pytest.raises(InvalidTransition):
        decide_application(people.bo, application_id=application.id, **APPROVE)
    with pytest.raises(InvalidTransition):
        withdraw_application(people.sara, application_id=application.id)


@pytest.mark.parametrize(
    "reasons", [[], ["score_too_low"], ["score_sufficient", "score_sufficient"], ["made_up"]]
)
def test_a_decision_needs_reasons_that_fit(
    people: People, product: Product, reasons: list[str]
) -> None:
    application = under_review(people.sara, product)
    with pytest.raises(RuleBroken):
        decide_application(
            people.bo,
            application_id=application.id,
            outcome=Outcome.APPROVE,
            reasons=reasons,
        )
    assert not Decision.objects.filter(application=application).exists()


def test_every_decline_reason_says_what_would_change_it() -> None:
    for code, reason in REASONS.items():
        assert (reason.remedy is not None) == (reason.outcome == Outcome.DECLINE), code


def test_a_failed_fetch_waits_for_the_firm_and_can_be_sent_again(
    people: People, product: Product
) -> None:
    application = submitted(people.sara, product)
    fetch_failed(application)
    assert advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).action_reason == "fetch_failed"
    with pytest.raises(RuleBroken):
        submit_application(people.sara, application_id=application.id)
    consented(people.sara, application)
    again = submit_application(people.sara, application_id=application.id)
    assert again.status == Status.SUBMITTED
    assert again.consent_id != application.consent_id
    assert events_of(application) == ["application.submitted"] * 2


@pytest.mark.parametrize("job", [Job.FETCH_TAX_DATA, Job.SCORE_APPLICATION])
def test_a_dead_job_does_not_leave_the_application_hanging(
    people: People, product: Product, job: Job
) -> None:
    is_fetch = job is Job.FETCH_TAX_DATA
    application = submitted(people.sara, product) if is_fetch else scoring(people.sara, product)
    assert not advance_application(SYSTEM, application_id=application.id)
    job_failed(application, job)
    assert advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).status == Status.ACTION_REQUIRED


def test_a_consent_stopped_before_the_score_stops_the_score(
    people: People, product: Product
) -> None:
    application = scoring(people.sara, product)
    stop_consent(people.sara, consent_id=consent_of(application))
    with as_vault_worker(), pytest.raises(Exception, match="withdrawn"):
        score_application(Steps().run_of(application))
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).action_reason == "consent_ended"
    assert "score.recorded" not in events_of(application)


def test_a_consent_stopped_after_the_fetch_stops_the_case(people: People, product: Product) -> None:
    application = submitted(people.sara, product)
    fetched(application)
    stop_consent(people.sara, consent_id=consent_of(application))
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).action_reason == "consent_ended"


def test_a_consent_stopped_between_reading_and_publishing_publishes_nothing(
    people: People, product: Product
) -> None:
    application = scoring(people.sara, product)
    asked = job_row(application, Job.SCORE_APPLICATION)
    with reading(
        consent_id=consent_of(application),
        bank_id=application.bank_id,
        purpose="underwriting",
        job_id=asked.id,
    ) as window:
        read = read_all(window, application_id=application.id)
    model = shipped_model()
    stop_consent(people.sara, consent_id=consent_of(application))
    with as_vault_worker(), pytest.raises(ConsentRefused):
        publish_score(SYSTEM, read=read, answer=read.assess(model), model=model)
    assert not Score.objects.filter(application_id=application.id).exists()
    assert events_of(application) == ["application.submitted"]
