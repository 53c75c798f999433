"""A score's own page, and a dispute from the firm's words to the bank's answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.products.models import Product
from scoring.erase_features import erase_features
from scoring.models import Dispute
from scoring.queries import monthly_sales_of
from scoring.tasks import WORKER
from tests.applications.cases import as_vault_worker, consent_of, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    return under_review(people.sara, product)


def score_of(case: LoanApplication) -> UUID:
    assert case.score_id is not None
    return case.score_id


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def disputed(browser_of: BrowserOf, case: LoanApplication) -> Dispute:
    answer = {"about": "figure", "statement": "We had four buyers, <b>not</b> one."}
    address = reverse("sme:score_dispute", args=[score_of(case)])
    response = browser_of("sara").post(address, answer)
    assert response.status_code == 302, response.content.decode()
    return Dispute.objects.get(score_id=score_of(case))


def test_the_page_explains_the_newest_score(browser_of: BrowserOf, case: LoanApplication) -> None:
    shown = page(browser_of("sara"), "sme:score")
    for part in (
        "What moved your score most",
        "What would raise the band",
        "Monthly sales behind the score",
        "All your scores",
        "3% of firms do not repay",
        "Dispute this score",
    ):
        assert part in shown


def test_a_reader_sees_the_score_and_no_button(
    browser_of: BrowserOf, case: LoanApplication
) -> None:
    shown = page(browser_of("sam"), "sme:score")
    assert "All your scores" in shown
    assert "Dispute this score" not in shown


def test_another_firm_sees_nothing_of_it(browser_of: BrowserOf, case: LoanApplication) -> None:
    assert str(score_of(case)) not in page(browser_of("mallory"), "sme:score")


def test_months_are_erased_with_the_features(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    assert len(monthly_sales_of(score_of(case))) == 24
    stop_consent(people.sara, consent_id=consent_of(case))
    with as_vault_worker():
        erase_features(WORKER, consent_id=consent_of(case))
    assert monthly_sales_of(score_of(case)) == []
    assert "Monthly sales behind" not in page(browser_of("sara"), "sme:score")


def test_a_dispute_is_marked_at_the_score_until_a_person_answers(
    browser_of: BrowserOf, case: LoanApplication
) -> None:
    dispute = disputed(browser_of, case)
    assert dispute.answer_by - dispute.opened_at == timedelta(days=20)
    sara, bo = browser_of("sara"), browser_of("bo")
    marked = page(sara, "sme:score")
    assert "waits for the bank" in marked
    assert "Dispute this score" not in marked
    assert "The firm disputes this score." in page(bo, "bank:case_detail", case.id)
    assert str(dispute.id) in page(bo, "bank:disputes")
    shown = page(bo, "bank:dispute_answer", dispute.id)
    assert "&lt;b&gt;not&lt;/b&gt;" in shown
    written = {"outcome": "stands", "answer": "Four buyers were counted."}
    assert bo.post(reverse("bank:dispute_answer", args=[dispute.id]), written).status_code == 302
    assert "Four buyers were counted." in page(sara, "sme:score")
    assert "The firm disputes this score." not in page(bo, "bank:case_detail", case.id)


def test_a_dispute_asks_what_is_wrong(browser_of: BrowserOf, case: LoanApplication) -> None:
    address = reverse("sme:score_dispute", args=[score_of(case)])
    shown = browser_of("sara").post(address, {}).content.decode()
    assert "Choose what is wrong." in shown
    assert "Write at least one sentence." in shown
    assert not Dispute.objects.filter(score_id=score_of(case)).exists()


def test_an_overdue_dispute_is_said_to_be(browser_of: BrowserOf, case: LoanApplication) -> None:
    dispute = disputed(browser_of, case)
    late = dispute.opened_at - timedelta(days=1)
    Dispute.objects.using("owner").filter(id=dispute.id).update(answer_by=late)
    assert "Overdue" in page(browser_of("bo"), "bank:dispute_answer", dispute.id)
