"""An application under a consent that the bank asked for: used once, and ended like any other."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from portal.accounts.models import Organisation
from portal.applications import tasks
from portal.applications.advance_application import advance_application
from portal.applications.fresh_consent import fresh_consent_for
from portal.applications.models import LoanApplication
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.consents.ask_firm import ask_firm
from portal.consents.door import ConsentRefused
from portal.consents.reject_request import reject_request
from portal.consents.requests import requests_waiting_for
from portal.consents.signing import grant
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from scoring.models import Score
from scoring.recomputing import recomputed
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    drafted,
    fetched,
    fresh,
    new_product,
    scoring,
)
from tests.gate.parties import EVIDENCE
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def asked_and_granted(people: People, *, months: int = 24) -> UUID:
    """Bank B asked mallory's firm, and she signed."""
    for waiting in requests_waiting_for(people.mallory):
        reject_request(people.mallory, request_id=waiting.id)
    firm = Organisation.objects.get(id=people.mallory.organisation_id or "")
    request = ask_firm(
        people.ben,
        uscc=firm.uscc,
        purpose="underwriting",
        categories=["vat_invoices"],
        months=months,
        days=30,
    )
    return grant(request, person_id=people.mallory.person_id, evidence=EVIDENCE, using="signer")


def draft(people: People) -> LoanApplication:
    return drafted(people.mallory, new_product(people.ben.organisation_id))


def test_it_is_taken_for_one_application_only(people: People) -> None:
    consent, one, two = asked_and_granted(people), draft(people), draft(people)
    found = fresh_consent_for(two)
    assert found is not None
    assert found.id == consent
    submit_application(people.mallory, application_id=one.id)
    assert fresh(one).consent_id == consent
    assert fresh_consent_for(two) is None


def test_one_that_covers_too_little_is_not(people: People) -> None:
    asked_and_granted(people, months=6)
    assert fresh_consent_for(draft(people)) is None


def test_its_end_reaches_the_application(people: People) -> None:
    consent, application = asked_and_granted(people), draft(people)
    submit_application(people.mallory, application_id=application.id)
    stop_consent(people.mallory, consent_id=consent)
    row = JobRow.objects.get(name=Job.ADVANCE_APPLICATION, subject=f"consent:{consent}")
    tasks.advance(JobRun(row.id, Job.ADVANCE_APPLICATION, row.subject, {}, 1, lambda _step: None))
    assert fresh(application).status == Status.ACTION_REQUIRED


def test_it_carries_the_application_to_a_score_that_replays(people: People) -> None:
    asked_and_granted(people)
    application = submit_application(people.mallory, application_id=draft(people).id)
    fetched(application)
    advance_application(SYSTEM, application_id=application.id)
    with as_vault_worker():
        score_application(Steps().run_of(application))
        found = recomputed(Score.objects.get(application_id=application.id).id)
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).status == Status.UNDER_REVIEW
    assert Score.objects.get(application_id=application.id).value
    assert (found.outcome, found.extent) == ("every_number_equal", "records")


def test_a_consent_for_one_application_scores_no_other(people: People) -> None:
    product = new_product(people.bo.organisation_id)
    application = scoring(people.sara, product)
    run = Steps().run_of(application)
    other = replace(run, subject=drafted(people.sara, new_product(product.bank_id)).ref)
    with as_vault_worker(), pytest.raises(ConsentRefused, match="another_application"):
        score_application(other)
    assert not Score.objects.filter(firm_id=application.firm_id).exists()
