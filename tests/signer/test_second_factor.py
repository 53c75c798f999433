"""The second factor over HTTP: set up, proved, lost, guessed, replayed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.activity import Activity
from portal.accounts.models import ActivityRow, User
from portal.jobs.models import JobRow
from tests.outbox import events_about
from tests.personas import after_password, new_person
from tests.signer.visiting import Browser, Phone, Signer, codes_on, secret_on, set_up_phone

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]


@pytest.fixture
def email() -> str:
    return User.objects.get(id=new_person("nadia").person_id).email


def step_path(pending: dict[str, str]) -> str:
    return f"/steps/{pending['step']}/"


def assertion_in(location: str) -> str:
    parts = urlsplit(location)
    assert parts.path == reverse("account:second_factor_return")
    return parse_qs(parts.query)["assertion"][0]


def test_a_newcomer_sets_up_a_phone_and_is_signed_in_with_the_signers_word(
    signer: Signer, email: str
) -> None:
    client, pending = after_password(email)
    browser = signer.browser()
    set_up_phone(browser, step_path(pending))
    response = client.get(
        reverse("account:second_factor_return"), {"assertion": assertion_in(browser.location)}
    )
    assert response.status_code == 302
    assert client.get(reverse("account:security")).status_code == 200
    assert enrolments_of(pending["person"]) == 1
    assert JobRow.objects.filter(
        subject=f"person:{pending['person']}", payload__message="second_factor_enrolled"
    ).exists()


def enrolments_of(person: str) -> int:
    return len(events_about(f"person:{person}", kind="person.second_factor_enrolled"))


def test_the_picture_holds_the_secret_and_is_only_for_the_browser_that_began(
    signer: Signer, email: str
) -> None:
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(step_path(pending))
    browser.follow()
    picture = f"{step_path(pending)}phone/qr.svg"
    assert browser.open(picture).html.startswith("<?xml")
    assert browser.headers["content-type"] == "image/svg+xml"
    assert signer.browser().open(picture).status == 404


def test_another_browser_gets_another_secret_and_the_first_is_void(
    signer: Signer, email: str
) -> None:
    """Whoever began a set-up with a stolen password must not know the owner's later secret."""
    _, pending = after_password(email)
    thief, owner = signer.browser(), signer.browser()
    thief.open(f"{step_path(pending)}phone/")
    stolen = Phone(secret_on(thief.page))
    owner.open(f"{step_path(pending)}phone/")
    assert secret_on(owner.page) != stolen.secret
    thief.press(code=stolen.next_code())
    assert thief.page.status == 200
    assert "not right" in thief.page.text


def test_a_code_counts_once(signer: Signer, email: str) -> None:
    phone = enrolled(signer, email)
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}code/")
    code = phone.next_code()
    browser.press(code=code)
    assert assertion_in(browser.location)
    _, again = after_password(email)
    other = signer.browser()
    other.open(f"{step_path(again)}code/")
    other.press(code=code)
    assert other.page.status == 200
    assert "used already" in other.page.text


def test_of_browsers_that_send_one_code_at_the_same_moment_one_gets_through(
    signer: Signer, email: str
) -> None:
    phone = enrolled(signer, email)
    browsers = []
    for _ in range(4):
        _, pending = after_password(email)
        browsers.append(signer.browser())
        browsers[-1].open(f"{step_path(pending)}code/")
    code = phone.next_code()

    def send(browser: Browser) -> str:
        browser.press(code=code)
        return browser.location

    person = User.objects.get(email=email).id
    devices = TOTPDevice.objects.using("signer").filter(user_id=person)
    with ThreadPoolExecutor(len(browsers)) as pool:
        # All four have read the page's form and wait for the row; without the lock in
        # check_code they would have judged the code before, each seeing it unused.
        with transaction.atomic(using="signer"):
            devices.select_for_update().get()
            answers = pool.map(send, browsers)
            time.sleep(1.5)
        assert sum(bool(location) for location in answers) == 1


def test_a_step_signs_in_once(signer: Signer, email: str) -> None:
    phone = enrolled(signer, email)
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}code/")
    browser.press(code=phone.next_code())
    assert assertion_in(browser.location)
    browser.open(step_path(pending))
    assert browser.page.status == 422
    assert browser.page.headings[0] == "This step is already done"


def test_wrong_codes_slow_down_even_the_right_one(signer: Signer, email: str) -> None:
    phone = enrolled(signer, email)
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}code/")
    for _ in range(2):
        browser.press(code=phone.wrong_code())
    browser.press(code=phone.next_code())
    assert browser.page.status == 200
    assert "The last code was wrong" in browser.page.text
    tried = ActivityRow.objects.filter(activity=Activity.SECOND_FACTOR_REFUSED)
    assert tried.filter(subject=User.objects.get(email=email).ref).count() == 3


def test_a_recovery_code_leads_to_a_new_phone_and_the_old_one_is_dead(
    signer: Signer, email: str
) -> None:
    _, first = after_password(email)
    browser = signer.browser()
    old, codes = set_up_phone(browser, step_path(first))
    assert len(set(codes)) == 10
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}lost-phone/")
    browser.press(code=codes[3].upper().replace("-", " "))
    assert browser.location.endswith("/phone/")
    browser.follow()
    new = Phone(secret_on(browser.page))
    browser.press(code=new.next_code())
    browser.follow()
    assert set(codes_on(browser.page)).isdisjoint(codes)
    browser.press()
    assert assertion_in(browser.location)
    assert refused(signer, email, old.next_code())
    assert enrolments_of(pending["person"]) == 2


def refused(signer: Signer, email: str, code: str) -> bool:
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}code/")
    browser.press(code=code)
    return browser.page.status == 200 and not browser.location


def test_a_recovery_code_counts_once_and_alone_signs_nobody_in(signer: Signer, email: str) -> None:
    _, first = after_password(email)
    _, codes = set_up_phone(signer.browser(), step_path(first))
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}lost-phone/")
    browser.press(code=codes[0])
    browser.open(step_path(pending))
    assert browser.location.endswith("/code/")
    other = signer.browser()
    other.open(f"{step_path(pending)}lost-phone/")
    other.press(code=codes[0])
    assert other.page.status == 200
    assert "not right" in other.page.text


def test_recovery_codes_are_kept_as_keyed_digests(signer: Signer, email: str) -> None:
    _, pending = after_password(email)
    _, codes = set_up_phone(signer.browser(), step_path(pending))
    stored = StaticToken.objects.using("signer").filter(device__user_id=pending["person"])
    tokens = set(stored.values_list("token", flat=True))
    assert len(tokens) == 10
    assert not tokens & {code.replace("-", "") for code in codes}


def test_an_enrolled_person_cannot_be_enrolled_anew_by_whoever_has_the_link(
    signer: Signer, email: str
) -> None:
    enrolled(signer, email)
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}phone/")
    assert browser.location.endswith("/code/")


@pytest.mark.parametrize("page", ["recovery-codes", "devices"])
def test_pages_behind_the_code_are_closed_to_a_browser_that_gave_none(
    signer: Signer, email: str, page: str
) -> None:
    enrolled(signer, email)
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}{page}/")
    assert browser.page.status == 422
    assert browser.page.headings[0] == "This was begun in another browser"


def test_an_unknown_step_and_an_old_one_lead_nowhere(signer: Signer) -> None:
    browser = signer.browser()
    assert browser.open(f"/steps/{uuid4()}/").status == 404
    actor = new_person("olive")
    step = uuid4()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE taxbridge_test_gate_owner")
        cursor.execute(
            "INSERT INTO sign.step (id, person, session_digest, purpose, asked_at)"
            " VALUES (%s, %s, %s, 'sign_in', clock_timestamp() - interval '11 minutes')",
            [step, actor.person_id, "0" * 64],
        )
        cursor.execute("RESET ROLE")
    assert browser.open(f"/steps/{step}/").status == 422
    assert browser.page.headings[0] == "This page was open too long"


def test_the_language_of_the_portal_comes_along(signer: Signer, email: str) -> None:
    _, pending = after_password(email)
    browser = signer.browser()
    browser.open(f"{step_path(pending)}phone/?language=zh-hans")
    assert browser.location == f"{step_path(pending)}phone/"
    browser.follow()
    assert browser.headers["content-language"] == "zh-hans"
    assert '<html lang="zh-Hans">' in browser.page.html


def enrolled(signer: Signer, email: str) -> Phone:
    _, pending = after_password(email)
    phone, _ = set_up_phone(signer.browser(), step_path(pending))
    return phone
