"""Every score of a firm: in pages, each with a way to dispute it; and what the public page says."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.applications.models import LoanApplication
from portal.applications.queries import score_by_id
from portal.core.errors import NotFound
from portal.products.models import Product
from scoring.engine.model import shipped_model
from scoring.engine.reason_texts import TITLES
from scoring.models import Dispute
from tests.applications.cases import under_review
from tests.personas import People
from tests.web_sme_bank.rows import more_scores
from tests.web_sme_bank.test_scores import BrowserOf, page, score_of

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    return under_review(people.sara, product)


def test_an_earlier_score_can_be_disputed_from_its_row(
    browser_of: BrowserOf, case: LoanApplication
) -> None:
    (earlier,) = more_scores(score_of(case), 1)
    address = reverse("sme:score_dispute", args=[earlier.id])
    sara = browser_of("sara")
    assert address in page(sara, "sme:score")
    assert address not in page(browser_of("sam"), "sme:score")
    assert sara.post(address, {"about": "other", "statement": "Look."}).status_code == 302
    assert Dispute.objects.get(score_id=earlier.id).application_id == case.id
    assert address not in page(sara, "sme:score")
    assert "the bank’s answer is not there yet" in page(sara, "sme:score_dispute", earlier.id)


def test_the_score_of_an_application_leads_to_its_dispute(
    browser_of: BrowserOf, case: LoanApplication
) -> None:
    address = reverse("sme:score_dispute", args=[score_of(case)])
    assert address in page(browser_of("sara"), "sme:application_detail", case.id)
    assert address in page(browser_of("sara"), "sme:overview")
    assert address not in page(browser_of("sam"), "sme:application_detail", case.id)


def test_pages_of_scores_follow_each_other(browser_of: BrowserOf, case: LoanApplication) -> None:
    sara = browser_of("sara")
    page(sara, "sme:score")
    with CaptureQueriesContext(connection) as few:
        page(sara, "sme:score")
    made = [score_of(case), *(row.id for row in more_scores(score_of(case), 30))]
    with CaptureQueriesContext(connection) as many:
        first = sara.get(reverse("sme:score"))
    later = sara.get(reverse("sme:score") + first.context["links"]["next"])
    seen = [each.score.id for shown in (first, later) for each in shown.context["history"]]
    assert seen == made
    assert len(first.context["history"]) == 20
    assert later.context["score"].score.id == score_of(case)
    assert len(few) == len(many)


def test_one_score_is_looked_up_by_itself(people: People, case: LoanApplication) -> None:
    more_scores(score_of(case), 30)
    with CaptureQueriesContext(connection) as captured:
        assert score_by_id(people.sara, score_of(case)).id == score_of(case)
    assert len(captured) == 1
    assert "limit" in captured[0]["sql"].lower() or 'id" =' in captured[0]["sql"]
    for stranger in (people.mallory, people.bo):
        with pytest.raises(NotFound):
            score_by_id(stranger, score_of(case))


def test_the_public_page_names_the_figures_of_the_card_and_no_others() -> None:
    shown = page(Client(), "public:scores")
    on_the_card = {scale.name for scale in shipped_model().scales}
    for name, title in TITLES.items():
        assert (f"<li>{title}</li>" in shown) == (name in on_the_card)
    assert "that end with the last full month" in shown
    assert reverse("sme:score") in shown
