"""The consent page over HTTP: what it says, and that only the right person, terms and code sign."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from portal.accounts.models import User
from portal.consents.queries import request_state
from portal.consents.request_consent import request_consent
from portal.consents.transitions import RequestState
from portal.core.actor import Actor
from portal.core.months import Month
from portal.jobs.models import JobRow
from tests.personas import People, after_password, connected, new_person, new_uscc
from tests.signer.visiting import Browser, Phone, Signer, set_up_phone

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@dataclass(slots=True)
class Owner:
    """A firm's legal representative, in a browser that the signer knows."""

    actor: Actor
    browser: Browser
    phone: Phone


def arrived(signer: Signer, role: str = "legal_representative", uscc: str = "") -> Owner:
    actor = connected(new_person("nadia"), uscc=uscc or new_uscc(), role=role)
    browser = signer.browser()
    _, pending = after_password(User.objects.get(id=actor.person_id).email)
    phone, _ = set_up_phone(browser, f"/steps/{pending['step']}/")
    return Owner(actor, browser, phone)


@pytest.fixture
def owner(signer: Signer) -> Owner:
    return arrived(signer)


def asked(owner: Owner, people: People) -> UUID:
    """A request of bank A to this firm."""
    assert owner.actor.organisation_id
    assert people.bo.organisation_id
    return request_consent(
        owner.actor,
        firm_id=owner.actor.organisation_id,
        bank_id=people.bo.organisation_id,
        purpose="underwriting",
        categories=["vat_invoices"],
        first_month=Month(2024, 1),
        last_month=Month(2025, 12),
    )


def test_the_page_says_who_what_why_and_how_long(owner: Owner, people: People) -> None:
    page = owner.browser.open(f"/consents/{asked(owner, people)}/")
    assert page.headings[:1] == ["Let Lantern Demo Bank use your tax data?"]
    for words in (
        "Lantern Demo Bank and no one else. Licence DEMO-",
        "Deciding on one loan application of this firm.",
        "January 2024 to December 2025, 24 months",
        "Nothing happens to your account.",
        "VAT invoices, sales and purchases",
    ):
        assert words in page.text
    order = [page.text.index(words) for words in ("Who gets it", "What for", "If you stop")]
    order += [page.text.index(words) for words in ("If you say no", "They need", "How long")]
    assert order == sorted(order)
    assert [words for _, _, words in page.forms[-1].buttons] == [
        "Allow Lantern Demo Bank",
        "Do not allow",
    ]


def test_the_page_in_chinese_names_the_bank_in_chinese(owner: Owner, people: People) -> None:
    path = f"/consents/{asked(owner, people)}/"
    owner.browser.open(f"{path}?language=zh-hans")
    page = owner.browser.open(path)
    assert "灯笼演示银行" in page.headings[0]
    assert "Lantern" not in page.text


def test_allowing_takes_a_code_and_tells_the_person_on_another_channel(
    owner: Owner, people: People
) -> None:
    request = asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    owner.browser.press(button="allow", code=owner.phone.next_code())
    back = f"{settings.PORTAL_URL}{reverse('sme:consent_return')}?request={request}"
    assert owner.browser.location == back, owner.browser.page.text
    assert request_state(request).state is RequestState.APPROVED
    job = JobRow.objects.get(subject=owner.actor.ref, payload__message="consent_granted")
    assert job.payload["values"]["consent"] == str(request)


def test_saying_no_takes_no_code(owner: Owner, people: People) -> None:
    request = asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    owner.browser.press(button="decline")
    assert owner.browser.location.endswith(f"?request={request}")
    assert request_state(request).state is RequestState.REJECTED


@pytest.mark.parametrize("code", ["", "12345", "abcdef"])
def test_without_a_code_of_six_figures_nothing_is_signed(
    owner: Owner, people: People, code: str
) -> None:
    request = asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    page = owner.browser.press(button="allow", code=code)
    assert page.status == 200
    assert "There is a problem" in page.headings
    assert request_state(request).state is RequestState.PENDING


def test_a_wrong_code_and_one_used_before_sign_nothing(owner: Owner, people: People) -> None:
    first, second = asked(owner, people), asked(owner, people)
    code = owner.phone.next_code()
    owner.browser.open(f"/consents/{first}/")
    owner.browser.press(button="allow", code=code)
    owner.browser.open(f"/consents/{second}/")
    assert "used already" in owner.browser.press(button="allow", code=code).text
    assert request_state(second).state is RequestState.PENDING


def test_terms_other_than_those_shown_are_not_signed(owner: Owner, people: People) -> None:
    """The bank's legal name changes between reading and answering."""
    request = asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.ROLE_PREFIX}gate_owner")
        rename = "UPDATE sign.bank SET name = %s WHERE id = %s"
        cursor.execute(rename, ["Another Demo Bank", people.bo.organisation_id])
        try:
            page = owner.browser.press(button="allow", code=owner.phone.next_code())
        finally:
            cursor.execute(rename, ["Lantern Demo Bank", people.bo.organisation_id])
            cursor.execute("RESET ROLE")
    assert "have changed since this page was shown" in page.text
    assert request_state(request).state is RequestState.PENDING


def test_an_answered_request_stays_answered(owner: Owner, people: People) -> None:
    request = asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    owner.browser.press(button="decline")
    page = owner.browser.open(f"/consents/{request}/")
    assert (page.status, page.headings[0]) == (409, "You have already said no to this")


def test_strangers_and_clerks_do_not_even_see_the_request(
    signer: Signer, owner: Owner, people: People
) -> None:
    request = asked(owner, people)
    for other in (arrived(signer), arrived(signer, role="clerk")):
        page = other.browser.open(f"/consents/{request}/")
        assert (page.status, page.headings[0]) == (404, "There is no such request for you")
    assert owner.browser.open(f"/consents/{uuid4()}/").status == 404


def test_a_browser_the_signer_does_not_know_goes_back_for_a_code(
    signer: Signer, owner: Owner, people: People
) -> None:
    request = asked(owner, people)
    browser = signer.browser()
    browser.open(f"/consents/{request}/")
    again = reverse("account:second_factor_consent")
    assert browser.location == f"{settings.PORTAL_URL}{again}?request={request}"


def test_a_form_from_elsewhere_is_refused(owner: Owner, people: People) -> None:
    request = asked(owner, people)
    owner.browser.open(f"/consents/{request}/")
    page = owner.browser.press(button="decline", csrfmiddlewaretoken="forged")
    assert (page.status, page.headings[0]) == (403, "This form was open too long")
    assert request_state(request).state is RequestState.PENDING
