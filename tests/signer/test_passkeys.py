"""Passkeys over HTTP, with an authenticator of our own that can lie."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections, transaction

from portal.accounts.activity_models import ActivityRow
from portal.jobs.models import JobRow
from portal.signer.models import Passkey
from tests.outbox import events_about
from tests.signer.authenticator import PRESENT, VERIFIED, Authenticator, Credential, Lies
from tests.signer.holders import Holder, person_with_passkey, person_with_phone
from tests.signer.visiting import Browser, Signer

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]
LIES: dict[str, Lies] = {
    "another origin": Lies(origin="http://sign.example"),
    "the same host by https": Lies(origin="https://sign.localhost"),
    "another host's passkey": Lies(host="portal.localhost"),
    "another challenge": Lies(challenge=b"c" * 32),
    "an empty challenge": Lies(challenge=b""),
    "nobody verified": Lies(flags=PRESENT),
    "nobody present": Lies(flags=VERIFIED),
    "within a foreign page": Lies(is_framed=True),
}
EVERY_LIE: dict[str, Lies] = LIES | {
    "a new passkey instead of a signature": Lies(ceremony="webauthn.create"),
    "an altered signature": Lies(is_altered=True),
    "another account's": Lies(owner=b"x" * 16),
    "a counter that goes back": Lies(counter=1),
}
NONSENSE = ("nonsense", "[]", "{}", "null", "[" * 5000, '{"id":"AA","rawId":"AA","response":{}}')


@pytest.fixture
def holder(signer: Signer) -> Holder:
    return person_with_passkey(signer)


def is_signed_in(browser: Browser) -> bool:
    return "assertion=" in browser.location


def stored(holder: Holder) -> list[Passkey]:
    person = holder.actor.person_id
    return list(Passkey.objects.using("signer").filter(user_id=person).order_by("created_at"))


def test_a_passkey_signs_in_and_the_portal_learns_with_what(holder: Holder) -> None:
    browser = holder.at_second_step()
    holder.use_passkey(browser)
    (token,) = parse_qs(urlsplit(browser.location).query)["assertion"]
    middle = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert (claims["method"], claims["person"]) == ("passkey", str(holder.actor.person_id))


def test_setting_one_up_is_recorded_logged_and_told(holder: Holder) -> None:
    person = holder.actor.ref
    methods = [
        event["payload"]["method"]
        for event in events_about(person, kind="person.second_factor_enrolled")
    ]
    assert methods == ["totp", "passkey"]
    logged = ActivityRow.objects.filter(actor=person, activity="second_factor_enrolled")
    assert [row.detail["method"] for row in logged.order_by("at")] == methods
    mail = JobRow.objects.get(subject=person, payload__message="passkey_enrolled")
    assert mail.payload["values"] == {"name": "laptop"}


@pytest.mark.parametrize("lie", EVERY_LIE)
def test_a_lie_signs_nobody_in(holder: Holder, lie: str) -> None:
    holder.device.credentials[-1].counter = 7
    browser = holder.at_second_step()
    holder.use_passkey(browser)
    assert is_signed_in(browser), "the honest answer first"
    browser = holder.at_second_step()
    page = holder.use_passkey(browser, EVERY_LIE[lie])
    assert (page.status, is_signed_in(browser)) == (200, False)
    assert "This passkey does not count here" in page.text


@pytest.mark.parametrize("lie", [*LIES, "a signature instead of a new passkey"])
def test_a_lie_sets_up_no_passkey(signer: Signer, lie: str) -> None:
    holder = person_with_phone(signer)
    lies = LIES.get(lie, Lies(ceremony="webauthn.get"))
    page = holder.set_up_passkey(holder.at_devices(), lies)
    assert "No passkey was set up" in page.text
    assert not stored(holder)


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
def test_what_is_no_answer_at_all_is_refused_in_words(holder: Holder, answer: str) -> None:
    browser = holder.at_second_step()
    browser.ask(browser.page.url.replace("/code/", "/passkey/"))
    assert "This passkey does not count here" in browser.press(passkey=answer).text
    browser = holder.at_devices(by_passkey=True)
    browser.open(f"{browser.page.url}passkey/")
    browser.ask(f"{browser.page.url}challenge/")
    assert "No passkey was set up" in browser.press(passkey=answer, name="laptop").text


@pytest.mark.parametrize("says_whose", [True, False], ids=["as it is", "as the victim's"])
def test_anothers_passkey_is_as_good_as_none(
    signer: Signer, holder: Holder, *, says_whose: bool
) -> None:
    mallory = person_with_passkey(signer)
    browser = holder.at_second_step()
    options = browser.ask(browser.page.url.replace("/code/", "/passkey/"))
    lies = Lies(owner=None if says_whose else holder.actor.person_id.bytes)
    page = browser.press(passkey=mallory.device.sign(options, lies))
    assert "This passkey does not count here" in page.text
    assert not is_signed_in(browser)


def test_a_challenge_of_another_step_does_not_count(holder: Holder) -> None:
    first, second = holder.at_second_step(), holder.at_second_step()
    options = first.ask(first.page.url.replace("/code/", "/passkey/"))
    second.ask(second.page.url.replace("/code/", "/passkey/"))
    page = second.press(passkey=holder.device.sign(options))
    assert "This passkey does not count here" in page.text


def test_an_answer_counts_once(holder: Holder) -> None:
    browser = holder.at_second_step()
    options = browser.ask(browser.page.url.replace("/code/", "/passkey/"))
    answer, shown = holder.device.sign(options), browser.page
    browser.press(passkey=answer)
    assert is_signed_in(browser)
    thief = holder.signer.browser()
    thief.open(shown.url)
    assert "it was sent before" in thief.press(passkey=answer).text
    assert not is_signed_in(thief)


def test_a_wrong_answer_spends_the_challenge_too(holder: Holder) -> None:
    browser = holder.at_second_step()
    options = browser.ask(browser.page.url.replace("/code/", "/passkey/"))
    browser.press(passkey=holder.device.sign(options, Lies(is_altered=True)))
    time.sleep(1.1)
    assert "it was sent before" in browser.press(passkey=holder.device.sign(options)).text


def test_of_browsers_that_send_one_answer_at_the_same_moment_one_gets_through(
    holder: Holder,
) -> None:
    first = holder.at_second_step()
    browsers = [first, *(holder.signer.browser() for _ in range(3))]
    for browser in browsers[1:]:
        browser.open(first.page.url)
    answer = holder.device.sign(first.ask(first.page.url.replace("/code/", "/passkey/")))
    rows = Passkey.objects.using("signer").filter(user_id=holder.actor.person_id)
    with ThreadPoolExecutor(len(browsers)) as pool:
        # All four wait for the row, so that they go on at once.
        with transaction.atomic(using="signer"):
            rows.select_for_update().get()
            sent = [pool.submit(browser.press, passkey=answer) for browser in browsers]
            time.sleep(1.5)
        pages = [page.result() for page in sent]
    assert sum(is_signed_in(browser) for browser in browsers) == 1, [page.text for page in pages]


def test_a_challenge_is_good_for_two_minutes(holder: Holder) -> None:
    browser = holder.at_second_step()
    options = browser.ask(browser.page.url.replace("/code/", "/passkey/"))
    with connections["signer"].cursor() as cursor:
        cursor.execute(
            "UPDATE signer_challenge SET expires_at = expires_at - interval '2 minutes'"
            " WHERE person = %s",
            [holder.actor.person_id],
        )
        assert cursor.rowcount == 1
    assert "This took too long" in browser.press(passkey=holder.device.sign(options)).text


def test_wrong_answers_slow_down_even_the_right_one(holder: Holder) -> None:
    browser = holder.at_second_step()
    for _ in range(2):
        holder.use_passkey(browser, Lies(is_altered=True))
    assert "refused before" in holder.use_passkey(browser).text
    time.sleep(2.1)
    holder.use_passkey(browser)
    assert is_signed_in(browser)
    assert stored(holder)[0].throttling_failure_count == 0


def test_a_device_without_a_counter_says_zero_for_ever(holder: Holder) -> None:
    for _ in range(2):
        browser = holder.at_second_step()
        holder.use_passkey(browser, Lies(counter=0))
        assert is_signed_in(browser)


def test_a_code_goes_on_counting_beside_a_passkey(holder: Holder) -> None:
    browser = holder.at_second_step()
    assert browser.page.headings[0] == "Confirm that it is you"
    browser.press(code=holder.phone.next_code())
    assert is_signed_in(browser)


def test_a_passkey_belongs_to_one_account(signer: Signer, holder: Holder) -> None:
    """Mallory's device makes a passkey with the id of somebody else's."""
    mallory = person_with_phone(signer)
    browser = mallory.at_devices()
    browser.open(f"{browser.page.url}passkey/")
    options = browser.ask(f"{browser.page.url}challenge/")
    copy = Copying(signer.origin, "sign.localhost", holder.device.credentials[-1].id)
    page = browser.press(name="copy", passkey=copy.make(options))
    assert "No passkey was set up" in page.text
    assert len(stored(holder)) == 1
    assert not stored(mallory)


class Copying(Authenticator):
    """Makes passkeys with one given id."""

    def __init__(self, origin: str, host: str, credential_id: bytes) -> None:
        super().__init__(origin, host)
        self.credential_id = credential_id

    def new(self, owner: bytes) -> Credential:
        return Credential(owner, id=self.credential_id)


def test_the_browser_is_told_which_passkeys_it_has_and_that_a_person_is_needed(
    holder: Holder,
) -> None:
    browser = holder.at_second_step()
    asked = browser.ask(browser.page.url.replace("/code/", "/passkey/"))["publicKey"]
    assert asked["rpId"] == "sign.localhost"
    assert asked["userVerification"] == "required"
    assert [one["transports"] for one in asked["allowCredentials"]] == [["hybrid", "internal"]]


def test_challenges_are_for_those_who_came_by_a_step_and_have_a_passkey(signer: Signer) -> None:
    holder = person_with_phone(signer)
    browser = holder.at_second_step()
    browser.ask(browser.page.url.replace("/code/", "/passkey/"))
    assert (browser.page.status, browser.page.headings[0]) == (404, "There is no such passkey")
