"""The firm's pages, as its people's browsers see them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.applications.advance_application import advance_application
from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status
from portal.consents.signing import decline, grant
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from portal.taxdata.models import ImportStatus, TaxImport
from portal.web.formats import month_text
from tests.applications.cases import (
    SYSTEM,
    consent_of,
    consented,
    drafted,
    fetch_failed,
    fresh,
    job_row,
    new_product,
    scoring,
    submitted,
    under_review,
)
from tests.gate.parties import EVIDENCE, FIRST, LAST
from tests.personas import People, new_person

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]


@pytest.fixture
def sara(browser_of: BrowserOf) -> Client:
    return browser_of("sara")


def text(client: Client, name: str, *args: object, status: int = 200) -> str:
    """The page behind a URL name; any other status is a failed test."""
    response = client.get(reverse(name, args=args))
    assert response.status_code == status, (response.status_code, response.get("Location"))
    return response.content.decode()


def test_a_newcomer_is_asked_to_connect_a_firm(browser_of: Callable[..., Client]) -> None:
    client = browser_of(new_person("nora"))
    response = client.get(reverse("sme:overview"))
    assert response["Location"] == reverse("sme:firm_connect")
    page = client.post(reverse("sme:firm_connect"), {"uscc": "91330100MA2ABCDEFG"})
    assert "not a valid code" in page.content.decode()


def test_the_questions_lead_one_by_one_to_the_consent(sara: Client, product: Product) -> None:
    started = sara.post(reverse("sme:application_start", args=[product.id]))
    draft = LoanApplication.objects.get(product=product)
    steps = [
        ("sme:question_amount", {"amount": "500,000"}, "sme:question_term"),
        ("sme:question_term", {"term": "12"}, "sme:question_use"),
        ("sme:question_use", {"use": "Raw material"}, "sme:question_consent"),
    ]
    assert started["Location"] == reverse("sme:question_amount", args=[draft.id])
    for name, answer, after in steps:
        assert "<h1>" in text(sara, name, draft.id)
        response = sara.post(reverse(name, args=[draft.id]), answer)
        assert response["Location"] == reverse(after, args=[draft.id])
    assert fresh(draft).amount_fen == 50_000_000


@pytest.mark.parametrize("amount", ["0", "-5", "3000001", "1.2345", "viele", "49999.99", ""])
def test_a_wrong_amount_is_told_at_the_field(sara: Client, product: Product, amount: str) -> None:
    sara.post(reverse("sme:application_start", args=[product.id]))
    draft = LoanApplication.objects.get(product=product)
    page = sara.post(reverse("sme:question_amount", args=[draft.id]), {"amount": amount})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert "<title>Error:" in page.content.decode()
    assert fresh(draft).amount_fen is None


def test_a_changed_answer_leads_back_to_the_check(
    sara: Client, people: People, product: Product
) -> None:
    draft = drafted(people.sara, product)
    url = reverse("sme:question_term", args=[draft.id]) + "?change"
    response = sara.post(url, {"term": "24"})
    assert response["Location"] == reverse("sme:application_check", args=[draft.id])


def test_consent_step_hands_over_to_the_signer_and_takes_its_answer(
    sara: Client, people: People, product: Product
) -> None:
    draft = drafted(people.sara, product)
    url = reverse("sme:question_consent", args=[draft.id])
    assert "Continue to the consent signer" in text(sara, "sme:question_consent", draft.id)
    handed = sara.post(url)["Location"]
    request_id = UUID(handed.split("/consents/")[1].split("/")[0])
    assert fresh(draft).request_id == request_id
    grant(request_id, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")
    back = sara.get(reverse("sme:consent_return"), {"request": str(request_id)})
    assert back["Location"] == reverse("sme:application_check", args=[draft.id])
    assert "Send application" in text(sara, "sme:application_check", draft.id)


def test_a_declined_consent_sends_nothing(sara: Client, people: People, product: Product) -> None:
    draft = drafted(people.sara, product)
    handed = sara.post(reverse("sme:question_consent", args=[draft.id]))["Location"]
    request_id = UUID(handed.split("/consents/")[1].split("/")[0])
    decline(request_id, person_id=people.sara.person_id, using="signer")
    back = sara.get(reverse("sme:consent_return"), {"request": str(request_id)}, follow=True)
    assert "You did not allow" in back.content.decode()
    assert fresh(draft).status == Status.DRAFT


def test_sending_without_a_consent_is_refused(
    sara: Client, people: People, product: Product
) -> None:
    draft = drafted(people.sara, product)
    assert sara.post(reverse("sme:application_check", args=[draft.id])).status_code == 422
    assert fresh(draft).status == Status.DRAFT


def test_progress_shows_named_steps_and_reloads_when_over(
    sara: Client, people: People, product: Product
) -> None:
    application = scoring(people.sara, product)
    page = text(sara, "sme:application_detail", application.id)
    assert "Records fetched from the tax authority" in page
    assert 'role="status"' in page
    assert "Refresh" in page
    part = sara.get(reverse("sme:application_progress", args=[application.id]), {"n": 1, "at": 2})
    assert "HX-Refresh" not in part.headers
    assert "<html" not in part.content.decode()
    done = under_review(people.sara, new_product(people.bo.organisation_id))
    part = sara.get(reverse("sme:application_progress", args=[done.id]))
    assert part.headers["HX-Refresh"] == "true"


def test_a_job_that_tries_again_says_so(sara: Client, people: People, product: Product) -> None:
    application = submitted(people.sara, product)
    assert "at the first try" not in text(sara, "sme:application_detail", application.id)
    job = JobRow.objects.filter(id=job_row(application, Job.FETCH_TAX_DATA).id)
    job.update(error="The tax authority can't be reached.")
    assert "at the first try" in text(sara, "sme:application_detail", application.id)


def test_score_reasons_and_outcome(sara: Client, people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    page = text(sara, "sme:application_detail", application.id)
    assert "What moved your score most" in page
    assert "Of 1,000 firms" in page
    decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.DECLINE,
        reasons=["buyers_concentrated"],
        note_to_firm="Please come and see us.",
    )
    page = text(sara, "sme:application_detail", application.id)
    for part in ("Declined", "very few buyers", "Please come and see us.", "another person"):
        assert part in page


def test_a_failed_fetch_says_what_to_do(sara: Client, people: People, product: Product) -> None:
    application = submitted(people.sara, product)
    fetch_failed(application)
    advance_application(SYSTEM, application_id=application.id)
    page = text(sara, "sme:application_detail", application.id)
    assert "did not deliver all the records" in page
    assert reverse("sme:question_consent", args=[application.id]) in page


def test_stopping_a_consent_takes_two_steps_and_gives_a_receipt(
    sara: Client, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    consent = application.consent_id
    assert reverse("sme:consent_stop", args=[consent]) in text(sara, "sme:consent_detail", consent)
    assert "Stop sharing" in text(sara, "sme:consent_stop", consent)
    response = sara.post(reverse("sme:consent_stop", args=[consent]))
    assert response["Location"] == reverse("sme:consent_receipt", args=[consent])
    assert "Stopped on" in text(sara, "sme:consent_receipt", consent)
    page = text(sara, "sme:application_detail", application.id)
    assert "Your consent has ended" in page


@pytest.mark.parametrize(
    "name", ["sme:overview", "sme:tax_data", "sme:consents", "sme:products", "sme:applications"]
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_lists_in_both_languages(
    sara: Client, people: People, product: Product, name: str, language: str
) -> None:
    under_review(people.sara, product)
    sara.cookies["tb_language"] = language
    page = text(sara, name)
    assert page.count("<h1") == 1


def test_the_clerk_may_look_but_not_act(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    sam = browser_of("sam")
    assert "Apply for a loan" not in text(sam, "sme:overview")
    assert "Withdraw this" not in text(sam, "sme:application_detail", application.id)
    assert "Stop sharing" not in text(sam, "sme:consent_detail", application.consent_id)
    for name, subject in (
        ("sme:question_amount", draft.id),
        ("sme:question_consent", draft.id),
        ("sme:application_check", draft.id),
        ("sme:application_withdraw", application.id),
        ("sme:consent_stop", application.consent_id),
    ):
        assert sam.get(reverse(name, args=[subject])).status_code == 403, name
        assert sam.post(reverse(name, args=[subject])).status_code == 403, name
    assert sam.post(reverse("sme:application_start", args=[product.id])).status_code == 403
    assert fresh(application).status == Status.UNDER_REVIEW


def test_another_firm_finds_nothing(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    mallory = browser_of("mallory")
    for name, subject in (
        ("sme:application_detail", application.id),
        ("sme:application_progress", application.id),
        ("sme:application_check", application.id),
        ("sme:question_use", application.id),
        ("sme:application_withdraw", application.id),
        ("sme:consent_detail", application.consent_id),
        ("sme:consent_stop", application.consent_id),
        ("sme:consent_receipt", application.consent_id),
        ("sme:application_detail", uuid4()),
    ):
        assert mallory.get(reverse(name, args=[subject])).status_code == 404, name
    stopped = mallory.post(reverse("sme:consent_stop", args=[application.consent_id]))
    assert stopped.status_code == 404


def test_an_unused_consent_lets_the_application_be_sent_once(
    sara: Client, people: People, product: Product
) -> None:
    draft = drafted(people.sara, product)
    consented(people.sara, draft)
    url = reverse("sme:application_check", args=[draft.id])
    detail = reverse("sme:application_detail", args=[draft.id])
    assert sara.post(url)["Location"] == detail
    assert sara.post(url)["Location"] == detail
    assert fresh(draft).status == Status.SUBMITTED


@pytest.mark.parametrize("records", [0, 7])
def test_months_of_which_the_authority_holds_nothing_are_named(
    sara: Client, people: People, product: Product, records: int
) -> None:
    application = submitted(people.sara, product)
    TaxImport.objects.using("intake").create(
        firm_id=application.firm_id,
        consent_id=consent_of(application),
        category="vat_invoices",
        status=ImportStatus.STORED,
        first_month=FIRST.first,
        last_month=LAST.first,
        as_of_month=(FIRST - 8).first,
        records=records,
        finished_at=timezone.now(),
    )
    shown = text(sara, "sme:application_detail", application.id)
    told = [f"{month_text(FIRST)} to {month_text(LAST)}", f"end with {month_text(FIRST - 8)}"]
    assert [words in shown for words in told] == [records == 0] * 2
