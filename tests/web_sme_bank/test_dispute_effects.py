"""What a bank's answer to a dispute does: to its own pages, to a decision, to the firm."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from portal.applications.advance_application import advance_application
from portal.applications.bank_queries import cases_for_bank
from portal.applications.case_filter import CaseFilter
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from scoring.answer_dispute import answer_dispute
from scoring.models import Dispute, DisputeAbout, DisputeOutcome, Score
from scoring.open_dispute import open_dispute
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    consented,
    fetched,
    fresh,
    under_review,
)
from tests.personas import People
from tests.web_sme_bank.test_scores import BrowserOf, page, score_of

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    return under_review(people.sara, product)


def opened(people: People, case: LoanApplication) -> Dispute:
    about = DisputeAbout.FIGURE
    return open_dispute(people.sara, score_id=score_of(case), about=about, statement="Look again.")


def answered(people: People, case: LoanApplication, outcome: DisputeOutcome) -> None:
    dispute = opened(people, case)
    answer_dispute(people.bo, dispute_id=dispute.id, outcome=outcome, answer="We looked.")


def approved(people: People, case: LoanApplication, reason: str) -> Decision:
    made = decide_application(
        people.bo, application_id=case.id, outcome=Outcome.APPROVE, reasons=[reason]
    )
    assert isinstance(made, Decision)
    return made


def decide_page(client: Client, case: LoanApplication) -> str:
    return page(client, "bank:case_decide", case.id)


def is_found_by_band(people: People, case: LoanApplication) -> bool:
    band = Score.objects.get(id=score_of(case)).band
    found = cases_for_bank(people.bo, CaseFilter(band=band, text=case.reference)).entries
    return [entry.application.id for entry in found] == [case.id]


def test_a_score_set_aside_is_out_of_the_banks_sight(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    bo = browser_of("bo")
    assert "What moved the score most" in page(bo, "bank:case_detail", case.id)
    assert is_found_by_band(people, case)
    answered(people, case, DisputeOutcome.SET_ASIDE)
    shown = page(bo, "bank:case_detail", case.id)
    assert "The score is set aside" in shown
    assert "What moved the score most" not in shown
    assert not is_found_by_band(people, case)
    listed = {
        entry.application.id: entry
        for entry in cases_for_bank(people.bo, CaseFilter(text=case.reference)).entries
    }
    assert listed[case.id].score is None


def test_a_later_answer_puts_the_score_back(people: People, case: LoanApplication) -> None:
    answered(people, case, DisputeOutcome.SET_ASIDE)
    answered(people, case, DisputeOutcome.STANDS)
    assert is_found_by_band(people, case)


def test_a_decision_does_not_rest_on_a_score_set_aside(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    answered(people, case, DisputeOutcome.SET_ASIDE)
    bo = browser_of("bo")
    offered = decide_page(bo, case)
    assert "score_sufficient" not in offered
    assert "officer_knowledge" in offered
    with pytest.raises(RuleBroken) as refused:
        approved(people, case, "score_sufficient")
    assert refused.value.code == "reasons_rest_on_score"
    decision = approved(people, case, "officer_knowledge")
    assert decision.inputs["score"] is None
    assert decision.inputs["score_set_aside"] == str(score_of(case))
    assert "The score is set aside" in page(bo, "bank:case_detail", case.id)
    assert not is_found_by_band(people, case)


def test_the_firm_reads_that_its_score_is_set_aside(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    answered(people, case, DisputeOutcome.SET_ASIDE)
    for name in ("sme:score", "sme:overview"):
        assert "the bank set this score aside" in page(browser_of("sara"), name)


def test_the_decide_page_names_an_open_dispute(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    assert "The firm disputes this score." not in decide_page(browser_of("bo"), case)
    opened(people, case)
    assert "The firm disputes this score." in decide_page(browser_of("bo"), case)


def test_a_wrong_score_leads_to_a_new_one(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    answered(people, case, DisputeOutcome.CORRECTED)
    with pytest.raises(RuleBroken) as refused:
        approved(people, case, "officer_knowledge")
    assert refused.value.code == "score_found_wrong"
    assert JobRow.objects.filter(
        subject=case.ref, name=Job.ADVANCE_APPLICATION, key__startswith="advance-dispute"
    ).exists()
    advance_application(SYSTEM, application_id=case.id)
    assert fresh(case).status == Status.ACTION_REQUIRED
    sara = browser_of("sara")
    assert reverse("sme:application_detail", args=[case.id]) in page(sara, "sme:score")
    assert reverse("sme:question_consent", args=[case.id]) in page(
        sara, "sme:application_detail", case.id
    )
    assert scored_again(people, case) != score_of(case)
    advance_application(SYSTEM, application_id=case.id)
    assert fresh(case).status == Status.UNDER_REVIEW


def scored_again(people: People, case: LoanApplication) -> UUID:
    """The way that the page points out, to its end."""
    consented(people.sara, case)
    again = submit_application(people.sara, application_id=case.id)
    fetched(again)
    advance_application(SYSTEM, application_id=case.id)
    with as_vault_worker():
        score_application(Steps().run_of(again))
    advance_application(SYSTEM, application_id=case.id)
    assert fresh(case).status == Status.UNDER_REVIEW
    return score_of(fresh(case))
