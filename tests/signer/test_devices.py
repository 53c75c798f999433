"""The page of one's devices: several passkeys, what is removed and what never is, a lost phone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connections, transaction

from portal.accounts.activity_models import ActivityRow
from portal.accounts.handover import Purpose
from portal.accounts.start_signer_visit import start_signer_visit
from portal.jobs.models import JobRow
from tests.outbox import events_about
from tests.signer.holders import Holder, passkey_ids, person_with_passkey, person_with_phone
from tests.signer.visiting import Browser, Phone, Signer, codes_on, secret_on

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]


@pytest.fixture
def holder(signer: Signer) -> Holder:
    return person_with_passkey(signer)


@pytest.fixture
def browser(holder: Holder) -> Browser:
    return holder.at_devices(by_passkey=True)


def second_passkey(holder: Holder, browser: Browser, name: str = "phone") -> None:
    """On another device, which has none of this person yet."""
    devices = browser.page.url
    holder.device = holder.signer.authenticator()
    holder.set_up_passkey(browser, name=name)
    browser.open(devices)


def remove(browser: Browser, what: str) -> None:
    devices = browser.page.url
    browser.open(f"{devices}{what}/remove/")
    browser.press()
    if browser.location:
        browser.follow()


def test_several_passkeys_have_names_and_each_signs_in(holder: Holder, browser: Browser) -> None:
    first = holder.device
    second_passkey(holder, browser)
    assert browser.page.text.index("laptop") < browser.page.text.index("phone Set up on")
    for device in (first, holder.device):
        holder.device = device
        at_step = holder.at_second_step()
        holder.use_passkey(at_step)
        assert "assertion=" in at_step.location


def test_a_removed_passkey_counts_no_longer_and_its_owner_is_told(
    holder: Holder, browser: Browser
) -> None:
    lost, person = holder.device, holder.actor.ref
    second_passkey(holder, browser)
    remove(browser, f"passkey/{passkey_ids(holder, browser)[0]}")
    assert "laptop" not in browser.page.text
    holder.device = lost
    at_step = holder.at_second_step()
    assert "This passkey does not count here" in holder.use_passkey(at_step).text
    (event,) = events_about(person, kind="person.second_factor_removed")
    assert event["payload"] == {"method": "passkey"}
    (row,) = ActivityRow.objects.filter(actor=person, activity="second_factor_removed")
    assert row.detail == {"method": "passkey"}
    mail = JobRow.objects.get(subject=person, payload__message="passkey_removed")
    assert mail.payload["values"] == {"name": "laptop"}


def test_removing_asks_once_more(holder: Holder, browser: Browser) -> None:
    (passkey,) = passkey_ids(holder, browser)
    page = browser.open(f"{browser.page.url}passkey/{passkey}/remove/")
    assert page.headings[0] == "Remove this passkey?"
    at_step = holder.at_second_step()
    holder.use_passkey(at_step)
    assert "assertion=" in at_step.location


def test_a_stolen_phone_is_removed_with_the_passkey_and_gives_no_way_in(
    holder: Holder, browser: Browser
) -> None:
    remove(browser, "phone")
    assert "None set up" in browser.page.text
    at_step = holder.at_second_step()
    assert "One-time code" not in at_step.page.text
    step = at_step.page.url.removesuffix("code/")
    assert at_step.open(f"{step}phone/").status == 302
    assert at_step.location.endswith("/code/"), "nobody enrols a phone for the person"
    at_step.open(f"{step}code/")
    at_step.press(passkey="", code=holder.phone.next_code())
    assert "not right" in at_step.page.text
    mails = JobRow.objects.filter(subject=holder.actor.ref, payload__message="phone_removed")
    assert mails.count() == 1


def test_the_last_factor_stays(holder: Holder, browser: Browser) -> None:
    devices = browser.page.url
    (passkey,) = passkey_ids(holder, browser)
    remove(browser, "phone")
    assert not passkey_ids(holder, browser), "no link to remove the last"
    browser.open(f"{devices}passkey/{passkey}/remove/")
    page = browser.press()
    assert (page.status, page.headings[0]) == (422, "This is your last second factor")
    at_step = holder.at_second_step()
    holder.use_passkey(at_step)
    assert "assertion=" in at_step.location


def test_a_lost_phone_is_replaced_after_the_passkey_and_the_old_one_is_dead(
    holder: Holder, browser: Browser
) -> None:
    browser.press(phone="new")
    browser.follow()
    new = Phone(secret_on(browser.page))
    browser.press(code=new.next_code())
    browser.follow()
    assert len(codes_on(browser.page)) == 10
    at_step = holder.at_second_step()
    at_step.press(code=holder.phone.next_code())
    assert "not right" in at_step.page.text


def test_anothers_passkey_is_neither_shown_nor_removed(
    signer: Signer, holder: Holder, browser: Browser
) -> None:
    mallory = person_with_phone(signer).at_devices()
    (passkey,) = passkey_ids(holder, browser)
    for path in (f"passkey/{passkey}", f"passkey/{uuid4()}"):
        at = f"{mallory.page.url}{path}/remove/"
        shown = mallory.page
        assert mallory.open(at).status == 404
        mallory.page = shown
        shown.forms[-1].action = at
        assert mallory.press().status == 404
        mallory.page = shown
    assert holder.use_passkey(holder.at_second_step()).status == 302


def test_new_recovery_codes_that_were_left_behind_hold_up_no_consent(
    holder: Holder, browser: Browser
) -> None:
    """The next visit asks for a factor, shows new ones, and goes on when they are kept."""
    browser.press(codes="new")
    consent = uuid4()
    step = start_signer_visit(
        holder.actor, purpose=Purpose.CONSENT, session_secret="secret", request_id=consent
    )
    browser.open(f"/steps/{step}/")
    browser.follow()
    assert browser.page.url == f"/steps/{step}/code/"
    holder.use_passkey(browser)
    browser.follow()
    assert len(codes_on(browser.page)) == 10
    browser.press()
    assert browser.location == f"/consents/{consent}/"


@pytest.mark.parametrize(
    "page", ["devices/", "devices/passkey/", "devices/phone/remove/", "devices/passkey/challenge/"]
)
def test_the_pages_are_closed_to_a_browser_that_proved_nothing(holder: Holder, page: str) -> None:
    browser = holder.at_second_step()
    path = browser.page.url.replace("code/", page)
    if page.endswith("challenge/"):
        browser.ask(path)
    else:
        browser.open(path)
    assert browser.page.status == 422


def test_a_visit_for_signing_in_sets_up_no_passkey(holder: Holder) -> None:
    browser = holder.at_second_step()
    path = browser.page.url.replace("code/", "devices/passkey/")
    holder.use_passkey(browser)
    assert browser.open(path).status == 422


def test_ten_passkeys_are_enough(holder: Holder, browser: Browser) -> None:
    for number in range(9):
        second_passkey(holder, browser, name=f"device {number}")
    holder.device = holder.signer.authenticator()
    page = holder.set_up_passkey(browser)
    assert (page.status, page.headings[0]) == (422, "You have ten passkeys")


@pytest.mark.parametrize("login", ["web", "scorer", "intake", "vault", "watchdog", "sequencer"])
@pytest.mark.parametrize("table", ["signer_passkey", "signer_challenge", "signer_enrolledkey"])
def test_the_tables_are_closed_to_all_log_ins_but_the_signers(login: str, table: str) -> None:
    for statement in (f"SELECT * FROM public.{table}", f"DELETE FROM public.{table}"):
        with (
            transaction.atomic(using=login),
            connections[login].cursor() as cursor,
            pytest.raises(Exception, match="permission denied"),
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("change", ["UPDATE {} SET person = person", "DELETE FROM {}"])
def test_keys_that_may_have_signed_stay_as_they_were(change: str) -> None:
    with (
        transaction.atomic(using="signer"),
        connections["signer"].cursor() as cursor,
        pytest.raises(Exception, match="permission denied"),
    ):
        cursor.execute(change.format("signer_enrolledkey"))
