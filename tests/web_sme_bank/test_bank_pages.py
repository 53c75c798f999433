"""The bank's pages: queue, case, decision, and who may see which."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import ActivityRow
from portal.applications.models import Decision, LoanApplication
from portal.applications.transitions import Status
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, Role
from portal.products.models import Product
from scoring.models import Score
from tests.applications.cases import (
    consent_of,
    drafted,
    fresh,
    new_product,
    submitted,
    under_review,
)
from tests.personas import People, invited, new_bank

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
OFFERED = {"amount": "500,000", "annual_rate": "4.35"}
BrowserOf = Callable[[str | Actor], Client]


@pytest.fixture
def bo(browser_of: BrowserOf) -> Client:
    return browser_of("bo")


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def case_url(application: LoanApplication) -> str:
    return reverse("bank:case_detail", args=[application.id])


def test_a_case_is_apart_until_somebody_looked(
    bo: Client, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    unseen = page(bo, "bank:queue", text=application.reference, looked="no")
    assert case_url(application) in unseen
    page(bo, "bank:case_detail", application.id)
    assert "No case here" in page(bo, "bank:queue", text=application.reference, looked="no")
    seen = page(bo, "bank:queue", text=application.reference, looked="yes")
    assert case_url(application) in seen


def test_opening_a_case_is_written_down(bo: Client, people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    assert "Opened by Bo Demo" in page(bo, "bank:case_detail", application.id)
    looks = ActivityRow.objects.filter(subject=application.ref, activity="case_opened")
    assert [look.actor for look in looks] == [people.bo.ref]


def test_looks_of_one_day_show_once_a_person(
    bo: Client, browser_of: BrowserOf, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    shown = [page(bo, "bank:case_detail", application.id) for _ in range(3)][-1]
    assert shown.count("Opened by") == 1
    shown = page(browser_of("boss"), "bank:case_detail", application.id)
    assert (shown.count("Opened by Bo Demo"), shown.count("Opened by")) == (1, 2)


def test_the_officer_decides_with_reasons(bo: Client, people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    url = reverse("bank:case_decide", args=[application.id])
    for wrong in (
        {},
        {"outcome": "decline"},
        {"outcome": "decline", "approve_reasons": "score_sufficient"},
        {"outcome": "decline", "decline_reasons": "no_such_reason"},
        {"outcome": "perhaps", "decline_reasons": "score_too_low"},
    ):
        answer = bo.post(url, wrong)
        assert "There is a problem" in answer.content.decode(), wrong
    assert not Decision.objects.filter(application=application).exists()
    right = {"outcome": "decline", "decline_reasons": ["score_too_low", "sales_falling"]}
    assert bo.post(url, right)["Location"] == reverse("bank:case_detail", args=[application.id])
    assert Decision.objects.get(application=application).reasons == right["decline_reasons"]
    assert "Your bank declined" in page(bo, "bank:case_detail", application.id)
    assert bo.post(url, right).status_code == 409


def test_the_officer_says_what_is_offered(bo: Client, people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    url = reverse("bank:case_decide", args=[application.id])
    shown = page(bo, "bank:case_decide", application.id)
    assert all(f'value="{value}"' in shown for value in ("500,000", "4.35"))
    right = {"outcome": "approve", "approve_reasons": "score_sufficient", **OFFERED}
    for field, value, words in (
        ("amount", "", "Say what you offer"),
        ("amount", "500,000.01", "Offer from ¥50,000 to ¥500,000"),
        ("amount", "49,999.99", "Offer from ¥50,000 to ¥500,000"),
        ("amount", "-1", "Offer from ¥50,000 to ¥500,000"),
        ("annual_rate", "4.36", "The rate goes up to 4.35%"),
        ("annual_rate", "0", "The rate goes up to 4.35%"),
        ("conditions", "first_born", "first_born"),
    ):
        answer = bo.post(url, {**right, field: value}).content.decode()
        assert words in answer, (field, value)
    assert not Decision.objects.filter(application=application).exists()
    terms = {"amount": "300,000", "annual_rate": "4.10", "conditions": "owner_guarantee"}
    assert bo.post(url, {**right, **terms}).status_code == 302
    case = page(bo, "bank:case_detail", application.id)
    for words in ("¥300,000, 12 months", "4.10%", "The owner stands surety", "to stand until"):
        assert words in case
    assert "Sign the agreement" not in case


def test_another_bank_finds_nothing(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    ben = browser_of("ben")
    for name in ("bank:case_detail", "bank:case_decide"):
        url = reverse(name, args=[application.id])
        assert ben.get(url).status_code == 404
        assert ben.post(url, {"outcome": "approve"}).status_code in (404, 405)
    assert case_url(application) not in page(ben, "bank:queue", show="all")
    assert ben.get(reverse("bank:case_detail", args=[uuid4()])).status_code == 404


def test_a_draft_is_nobodys_business(bo: Client, people: People, product: Product) -> None:
    draft = drafted(people.sara, product)
    assert bo.get(case_url(draft)).status_code == 404
    assert case_url(draft) not in page(bo, "bank:queue", show="all", text=draft.reference)


@pytest.mark.parametrize("name", ["sara", "sam", "rita", "olga"])
def test_only_banks_open_the_queue(browser_of: BrowserOf, name: str) -> None:
    assert browser_of(name).get(reverse("bank:queue")).status_code == 403


@pytest.mark.parametrize("name", ["bo", "rita", "olga"])
def test_banks_open_no_firm_page(browser_of: BrowserOf, name: str) -> None:
    for url in ("sme:overview", "sme:consents", "sme:applications", "sme:products"):
        assert browser_of(name).get(reverse(url)).status_code == 403


def test_a_withdrawn_consent_hides_the_score_at_once(
    bo: Client, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    score = Score.objects.get(application_id=application.id)
    figure = f"{score.value} · {score.band}"
    in_band = {"text": application.reference, "band": score.band}
    assert figure in page(bo, "bank:queue", **in_band)
    stop_consent(people.sara, consent_id=consent_of(application))
    assert fresh(application).status == Status.UNDER_REVIEW  # no job has run yet
    case = page(bo, "bank:case_detail", application.id)
    assert "are hidden from your bank" in case
    # As a number of its own: ids and times have such figures in them by chance.
    assert not re.search(rf"\b{score.value}\b", case)
    assert figure not in page(bo, "bank:queue", text=application.reference)
    to_decide = page(bo, "bank:queue", show="to_decide", text=application.reference)
    assert case_url(application) not in to_decide
    assert case_url(application) not in page(bo, "bank:queue", **in_band)
    decide = reverse("bank:case_decide", args=[application.id])
    assert bo.get(decide)["Location"] == reverse("bank:case_detail", args=[application.id])
    right = {"outcome": "approve", "approve_reasons": "score_sufficient", **OFFERED}
    assert bo.post(decide, right).status_code == 422


def test_a_decided_case_keeps_its_frozen_record(
    bo: Client, people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    score = Score.objects.get(application_id=application.id)
    right = {"outcome": "approve", "approve_reasons": "score_sufficient", **OFFERED}
    bo.post(reverse("bank:case_decide", args=[application.id]), right)
    stop_consent(people.sara, consent_id=consent_of(application))
    case = page(bo, "bank:case_detail", application.id)
    assert f"Score {score.value} on a scale" in case
    assert "was withdrawn since" in case


def test_the_queue_asks_the_same_number_of_queries_for_20_rows(
    browser_of: BrowserOf, people: People
) -> None:
    bank = new_bank("Query Demo Bank", "查询演示银行")
    officer = invited("quinn", bank.id, Role.BANK_OFFICER)
    client = browser_of(officer)
    counts = []
    for rows in (1, 19):
        under_review(people.sara, new_product(bank.id))
        for _ in range(rows - 1):
            submitted(people.sara, new_product(bank.id))
        client.get(reverse("bank:queue"))
        with CaptureQueriesContext(connection) as captured:
            body = page(client, "bank:queue")
        counts.append(len(captured))
    assert body.count('class="lead-cell"') == 20
    assert counts[0] == counts[1], counts


def test_pages_of_the_queue_follow_each_other(browser_of: BrowserOf, people: People) -> None:
    bank = new_bank("Pages Demo Bank", "分页演示银行")
    client = browser_of(invited("pia", bank.id, Role.BANK_OFFICER))
    for _ in range(22):
        submitted(people.sara, new_product(bank.id))
    first = client.get(reverse("bank:queue"))
    section = first.context["sections"][0]
    assert len(section.page.entries) == 20
    later = client.get(reverse("bank:queue") + section.next_url)
    rest = later.context["sections"][0].page.entries
    seen = {entry.application.id for entry in (*section.page.entries, *rest)}
    assert len(rest) == 2
    assert len(seen) == 22


@pytest.mark.parametrize("query", ["after=x_y", "show=nonsense", "band=Q", "looked=2", "after=_"])
def test_a_mangled_address_counts_as_not_asked(bo: Client, query: str) -> None:
    assert bo.get(reverse("bank:queue") + f"?{query}").status_code == 200
