"""The pages of four eyes: propose, check, send back, approve; limits."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Role
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from tests.applications.cases import consent_of, fresh, new_product, under_review
from tests.browser.site import Watched
from tests.personas import People, invited, signed_in_client
from tests.products.versions import in_force
from tests.web_sme_bank.test_bank_pages import page
from tests.web_sme_bank.test_in_browser import Shot, look_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
PROPOSED = {
    "outcome": "approve",
    "approve_reasons": ["score_sufficient"],
    "amount": "2,000,000",
    "annual_rate": "4.35",
}


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    return under_review(people.sara, product, amount_fen=200_000_000)


def test_two_people_approve_on_their_pages(
    people: People, case: LoanApplication, browser_of: Callable[[str], Client]
) -> None:
    bo, boss = browser_of("bo"), browser_of("boss")
    assert "needs a second person" not in page(bo, "bank:case_detail", case.id)
    assert "it is a proposal until a second person" in page(bo, "bank:case_decide", case.id)
    bo.post(reverse("bank:case_decide", args=[case.id]), PROPOSED)
    assert "another person has to approve it" in page(bo, "bank:case_detail", case.id)
    address = reverse("bank:case_approve", args=[case.id])
    assert address in page(boss, "bank:case_detail", case.id)
    asked = boss.post(address, {"answer": "returned", "note": ""}).content.decode()
    assert "Say what the officer should look at again." in asked
    boss.post(address, {"answer": "returned", "note": "Ask for the contract."})
    assert "Ask for the contract." in page(bo, "bank:case_detail", case.id)
    bo.post(reverse("bank:case_decide", args=[case.id]), PROPOSED)
    boss.post(address, {"answer": "approved"})
    assert fresh(case).status == Status.OFFERED
    assert "Two people approved it." in page(bo, "bank:case_detail", case.id)
    assert boss.get(address)["Location"] == reverse("bank:case_detail", args=[case.id])


def test_the_firm_learns_nothing_of_a_proposal(
    people: People, case: LoanApplication, browser_of: Callable[[str], Client]
) -> None:
    before = page(browser_of("sara"), "sme:application_detail", case.id)
    propose(people, case)
    after = page(browser_of("sara"), "sme:application_detail", case.id)
    token = r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"'
    assert re.sub(token, "", after) == re.sub(token, "", before)


def test_a_withdrawal_hides_the_proposal_and_what_the_policy_said(
    people: People, browser_of: Callable[[str], Client]
) -> None:
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product)
    case = under_review(people.sara, product, amount_fen=200_000_000)
    propose(people, case)
    told = ("What the product’s policy says", "Approval proposed</h2>")
    shown = page(browser_of("boss"), "bank:case_detail", case.id)
    assert all(text in shown for text in told)
    stop_consent(people.sara, consent_id=consent_of(case))
    sealed = page(browser_of("boss"), "bank:case_detail", case.id)
    assert not any(text in sealed for text in told)
    address = reverse("bank:case_approve", args=[case.id])
    assert browser_of("boss").get(address).status_code == 302


def test_limits_are_set_on_their_page(people: People) -> None:
    bank = people.bo.organisation_id
    assert bank is not None
    officer, boss = invited("tea", bank, Role.BANK_OFFICER), signed_in_client(people.boss)
    address = reverse("bank:limit_change", args=[officer.person_id])
    assert address in page(boss, "bank:limits")
    for wrong in ("-5", "a lot", "", "1.234", "99999999999999"):
        assert "There is a problem" in boss.post(address, {"alone": wrong}).content.decode()
    boss.post(address, {"alone": "12,345.60"})
    assert "¥12,345.60" in page(boss, "bank:limits")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_clean(
    opened: Callable[..., Watched], people: People, case: LoanApplication, language: str
) -> None:
    propose(people, case)
    shots = [
        Shot("boss", "approval_case", reverse("bank:case_detail", args=[case.id])),
        Shot("boss", "approval_answer", reverse("bank:case_approve", args=[case.id])),
        Shot("boss", "approval_limits", reverse("bank:limits")),
        Shot("boss", "approval_limit", reverse("bank:limit_change", args=[people.bo.person_id])),
    ]
    watched = opened(shots[0].path, who="boss", language=language)
    for shot in shots:
        look_at(watched, shot, language)
    assert watched.complaints == []


def propose(people: People, case: LoanApplication) -> None:
    decide_application(
        people.bo, application_id=case.id, outcome=Outcome.APPROVE, reasons=["score_sufficient"]
    )
