"""A paused consent hides a case and stops its work; resumed, it goes on where it stood."""

from __future__ import annotations

import pytest

from portal.applications.advance_application import advance_application
from portal.applications.bank_queries import bank_case_for
from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.applications.queries import firm_case_for
from portal.applications.transitions import Status
from portal.consents.pause_consent import pause_consent
from portal.consents.signing import resume
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Retry
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    consent_of,
    events_of,
    fetched,
    fresh,
    scoring,
    submitted,
    under_review,
)
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def paused(people: People, application: LoanApplication) -> LoanApplication:
    """Paused, and looked at by the job that a pause asks for."""
    pause_consent(people.sara, consent_id=consent_of(application))
    assert not advance_application(SYSTEM, application_id=application.id)
    return fresh(application)


def resumed(people: People, application: LoanApplication) -> LoanApplication:
    resume(consent_of(application), person_id=people.sara.person_id, using="signer")
    advance_application(SYSTEM, application_id=application.id)
    return fresh(application)


def test_a_case_before_the_bank_is_hidden_and_comes_back(people: People, product: Product) -> None:
    application = paused(people, under_review(people.sara, product))
    assert application.status == Status.UNDER_REVIEW
    assert bank_case_for(people.bo, application.id).score is None
    assert firm_case_for(people.sara, application.id).is_paused
    assert resumed(people, application).status == Status.UNDER_REVIEW
    assert bank_case_for(people.bo, application.id).score is not None
    assert not firm_case_for(people.sara, application.id).is_paused
    decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.APPROVE,
        reasons=["score_sufficient"],
    )


def test_paused_while_fetching_it_goes_on_afterwards(people: People, product: Product) -> None:
    application = submitted(people.sara, product)
    fetched(application)
    assert paused(people, application).status == Status.SUBMITTED
    assert resumed(people, application).status == Status.SCORING


def test_paused_before_its_score_the_score_waits(people: People, product: Product) -> None:
    application = paused(people, scoring(people.sara, product))
    run = Steps().run_of(application)
    with as_vault_worker(), pytest.raises(Retry):
        score_application(run)
    assert events_of(application) == ["application.submitted"]
    assert resumed(people, application).status == Status.SCORING
    with as_vault_worker():
        score_application(run)
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).status == Status.UNDER_REVIEW


def test_stopped_while_paused_it_waits_for_a_new_consent(people: People, product: Product) -> None:
    application = paused(people, under_review(people.sara, product))
    stop_consent(people.sara, consent_id=consent_of(application))
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).action_reason == "consent_ended"
    assert not firm_case_for(people.sara, application.id).is_paused
