"""One request to two banks, in the firm's browser: chosen, answered, allowed, sent, compared."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.applications.offer_terms import OfferTerms
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.transitions import Status
from portal.consents.signing import grant
from portal.core.actor import Actor
from portal.products.models import Product
from portal.products.policy.table import WITHOUT_ROWS
from portal.products.reason_codes import Outcome
from portal.products.terms import Automation
from tests.applications.cases import (
    SYSTEM,
    consented,
    drafted,
    events_of,
    fresh,
    new_product,
    submitted,
    under_review,
)
from tests.applications.offers import account_named, sign_for
from tests.applications.offers import offered as approved
from tests.applications.test_funding import asked, lending, two
from tests.gate.parties import EVIDENCE
from tests.personas import People
from tests.products.versions import in_force
from tests.web_sme_bank.test_firm_pages import BrowserOf, text

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
CHOOSE, CHECK, CONSENT = "sme:products_choose", "sme:application_check", "sme:question_consent"


@pytest.fixture
def sara(browser_of: BrowserOf) -> Client:
    return browser_of("sara")


def chosen(client: Client, products: list[Product]) -> list[LoanApplication]:
    """Ticked and posted; the drafts in the order of the products."""
    client.post(reverse(CHOOSE), {"product": [str(product.id) for product in products]})
    return [LoanApplication.objects.get(product=p, status=Status.DRAFT) for p in products]


def answered(people: People) -> list[LoanApplication]:
    """Two drafts of one request, with all answers."""
    products = two(people)
    asked(people.sara, products)
    return [drafted(people.sara, product) for product in products]


def signed_at(client: Client, address: str, actor: Actor) -> str:
    """Go to the signer from the page, sign there, come back: where to next."""
    handed = client.post(address)["Location"]
    request_id = UUID(handed.split("/consents/")[1].split("/")[0])
    grant(request_id, person_id=actor.person_id, evidence=EVIDENCE, using="signer")
    back = client.get(reverse("sme:consent_return"), {"request": str(request_id)})
    return str(back["Location"])


def offered(people: People, rates_bp: tuple[int, int]) -> list[LoanApplication]:
    """Both banks offer, each at its rate; ben's first."""
    products = two(people)[::-1]
    asked(people.sara, products)
    for product, officer, rate_bp in zip(products, (people.ben, people.bo), rates_bp, strict=True):
        case = under_review(people.sara, product)
        decide_application(
            officer,
            application_id=case.id,
            outcome=Outcome.APPROVE,
            reasons=["score_sufficient"],
            terms=OfferTerms(case.amount_fen or 0, rate_bp, ("owner_guarantee",)),
        )
    return [LoanApplication.objects.get(product=product) for product in products]


def test_two_products_are_asked_the_questions_once(sara: Client, people: People) -> None:
    small = lending(people.ben.organisation_id, least=100_000, most=300_000, terms=(12, 36))
    drafts = chosen(sara, [new_product(people.bo.organisation_id), small])
    page = text(sara, "sme:question_amount", drafts[0].id)
    for words in ("Lantern Demo Bank", "Harbour Demo Bank", "¥100,000 to ¥300,000, which suits"):
        assert words in page
    url = reverse("sme:question_amount", args=[drafts[0].id])
    assert "¥300,000" in sara.post(url, {"amount": "300,001"}).content.decode()
    sara.post(url, {"amount": "300,000"})
    assert [fresh(draft).amount_fen for draft in drafts] == [30_000_000] * 2
    terms = text(sara, "sme:question_term", drafts[1].id)
    assert ('value="12"' in terms, 'value="36"' in terms) == (True, False)


def test_a_choice_that_cannot_be_is_said_above_the_list(sara: Client, people: People) -> None:
    bank = people.bo.organisation_id
    small = lending(bank, least=10_000, most=20_000, terms=(12,))
    large = lending(bank, least=30_000, most=90_000, terms=(12,))
    wrong: list[tuple[list[str], list[str]]] = [
        ([], ["Choose at least one product."]),
        (["nonsense"], ["Choose products from the list."]),
        ([str(small.id), str(large.id)], ["No amount suits all", small.name, large.name]),
    ]
    for ids, told in wrong:
        response = sara.post(reverse(CHOOSE), {"product": ids})
        page = response.content.decode()
        assert response.status_code == 200
        assert [words in page for words in told] == [True] * len(told)
    assert not LoanApplication.objects.filter(product__in=[small, large]).exists()


def test_each_bank_gets_its_own_consent_and_one_button_sends_to_all(
    sara: Client, people: People
) -> None:
    drafts = answered(people)
    first, second = [reverse(CONSENT, args=[draft.id]) for draft in drafts]
    assert "One consent for each bank" in text(sara, CONSENT, drafts[0].id)
    assert signed_at(sara, first, people.sara) == second
    check = signed_at(sara, second, people.sara)
    assert check == reverse(CHECK, args=[drafts[1].id])
    assert "Send to 2 banks" in text(sara, CHECK, drafts[0].id)
    page = reverse("sme:funding_detail", args=[drafts[0].funding_id])
    assert sara.post(check)["Location"] == page
    sara.post(check)
    assert "Your application is sent to 2 banks." in sara.get(page).content.decode()
    for draft in drafts:
        assert fresh(draft).status == Status.SUBMITTED
        assert events_of(draft) == ["application.submitted"]


def test_what_is_not_ready_is_named_and_stays_a_draft(sara: Client, people: People) -> None:
    ready, unready = answered(people)
    consented(people.sara, ready)
    sent = sara.post(reverse(CHECK, args=[unready.id]), follow=True).content.decode()
    assert "Your application is sent to 1 bank." in sent
    assert "Not sent to Harbour Demo Bank: your consent is not signed yet" in sent
    assert (fresh(ready).status, fresh(unready).status) == (Status.SUBMITTED, Status.DRAFT)
    assert reverse(CHECK, args=[unready.id]) in sent


def test_what_a_bank_no_longer_lends_is_named_and_stays_a_draft(
    sara: Client, people: People
) -> None:
    drafts = answered(people)
    for draft in drafts:
        consented(people.sara, draft)
    refused, sent = drafts
    in_force(
        people.bo,
        people.boss,
        refused.product,
        table=WITHOUT_ROWS,
        automation=Automation(),
        max_amount_fen=40_000_000,
    )
    page = sara.post(reverse(CHECK, args=[sent.id]), follow=True).content.decode()
    assert "Not sent to Lantern Demo Bank: This product lends from ¥50,000 to ¥400,000." in page
    assert (fresh(refused).status, fresh(sent).status) == (Status.DRAFT, Status.SUBMITTED)


def test_a_bank_can_be_left_out_before_sending(sara: Client, people: People) -> None:
    left, kept = answered(people)
    assert reverse("sme:application_withdraw", args=[left.id]) in text(sara, CHECK, kept.id)
    response = sara.post(reverse("sme:application_withdraw", args=[left.id]))
    assert response["Location"] == reverse(CHECK, args=[kept.id])
    assert "Send to" not in text(sara, CHECK, kept.id)
    assert fresh(left).status == Status.WITHDRAWN


@pytest.mark.parametrize("rates_bp", [(300, 400), (400, 300)])
def test_offers_stand_side_by_side_the_cheapest_first(
    sara: Client, people: People, rates_bp: tuple[int, int]
) -> None:
    offers = offered(people, rates_bp)
    page = text(sara, "sme:funding_detail", offers[0].funding_id)
    said = page.split("Offers side by side")[1].split("Whom you asked")[0]
    places = [said.index(f"{rate_bp // 100}.00%") for rate_bp in sorted(rates_bp)]
    assert places == sorted(places)
    for words in ("The owner stands surety", "¥500,000", "compound", "12 payments of", "Let it go"):
        assert said.count(words) >= 2, words
    assert "compound" in text(sara, "sme:application_detail", offers[0].id)
    sara.post(reverse("sme:application_withdraw", args=[offers[0].id]))
    after = text(sara, "sme:funding_detail", offers[0].funding_id)
    assert after.count("Let it go") == 1


def test_one_offer_is_accepted_and_the_page_says_what_became_of_the_others(
    sara: Client, people: People
) -> None:
    cheap, dear = offered(people, (300, 400))
    page = text(sara, "sme:funding_detail", cheap.funding_id)
    assert page.count(">Accept<") == 2
    assert reverse("sme:offer_accept", args=[cheap.offer.id]) in page
    sign_for(people.sara, account_named(people.ben, dear.offer))
    waiting = text(sara, "sme:funding_detail", cheap.funding_id)
    assert "You accepted the offer of Lantern Demo Bank." in waiting
    assert ">Accept<" not in waiting
    assert "is being closed" in waiting
    back = sara.get(reverse("sme:offer_return"), {"offer": str(dear.offer.id)})
    assert back["Location"] == reverse("sme:funding_detail", args=[cheap.funding_id])
    settled = text(sara, "sme:funding_detail", cheap.funding_id)
    assert "in this request is closed" in settled
    assert settled.count("The owner stands surety") == 1
    assert "Go back on" not in settled  # no days to change one's mind
    assert "Withdraw this application" not in text(sara, "sme:application_detail", dear.id)
    assert fresh(cheap).status == Status.WITHDRAWN


def test_in_the_cooling_off_days_the_firm_can_go_back(sara: Client, people: People) -> None:
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product, automation=Automation(), cooling_off_days=7)
    offer = approved(people.bo, under_review(people.sara, product))
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    for name, subject in (("funding_detail", offer.funding), ("application_detail", offer)):
        page = text(sara, f"sme:{name}", getattr(subject, "application_id", subject.id))
        assert "Go back on the accepted offer" in page, name
        assert "You can go back on it until" in page, name
    leave = reverse("sme:application_withdraw", args=[offer.application_id])
    assert "you owe nothing" in sara.get(leave).content.decode()
    sara.post(leave)
    assert fresh(offer.application).status == Status.WITHDRAWN
    assert "Go back on" not in text(sara, "sme:funding_detail", offer.funding_id)


def test_the_request_is_the_firms_alone(
    browser_of: BrowserOf, people: People, sara: Client
) -> None:
    offers = offered(people, (300, 400))
    funding_id = offers[0].funding_id
    url = reverse("sme:funding_detail", args=[funding_id])
    seen = [browser_of(who).get(url).status_code for who in ("sam", "mallory", "bo", "rita")]
    assert seen == [200, 404, 403, 403]
    assert "Let it go" not in browser_of("sam").get(url).content.decode()
    assert url in text(sara, "sme:applications")
    case = browser_of("bo").get(reverse("bank:case_detail", args=[offers[1].id]))
    assert str(funding_id) not in case.content.decode()
    assert str(funding_id) not in json.dumps(offers[1].offer.document)


def test_the_page_takes_as_many_queries_for_five_banks_as_for_two(
    sara: Client, people: People
) -> None:
    def queries(draft: LoanApplication) -> int:
        with CaptureQueriesContext(connection) as captured:
            text(sara, "sme:funding_detail", draft.funding_id)
        return len(captured)

    products = [new_product(people.bo.organisation_id) for _ in range(5)]
    few = asked(people.sara, products[:2])
    submitted(people.sara, products[0])
    text(sara, "sme:funding_detail", few[0].funding_id)
    before = queries(few[0])
    many = asked(people.sara, products[1:])
    submitted(people.sara, products[1])
    assert queries(many[0]) == before
