"""The pages of the signer and of the tax authority are as clean as the portal's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser

from portal.sandbox.journey.people import Person
from portal.sandbox.journey.steps import FirmAccount
from tests.browser import walks
from tests.browser.checks import check_page
from tests.browser.hands import Mouse
from tests.browser.running import Running
from tests.browser.site import Watched
from tests.browser.words import Words

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("whole system in Chromium"),
    pytest.mark.timeout(400),
]
NOWHERE = "00000000-0000-4000-8000-000000000000"
AFTER_A_WRONG_CODE = 1.5  # seconds in which the next code doesn't count yet


class Tourist(Mouse):
    """Walks through all three sites and has a close look at some pages on the way."""

    def __init__(self, chromium: Browser, say: Words, running: Running) -> None:
        super().__init__(chromium.new_context(locale=say.locale).new_page())
        self.say, self.running = say, running
        sites = [urlsplit(at).netloc for at in (running.portal, running.signer, running.authority)]
        self.watched = Watched(self.page, sites[0], also=frozenset(sites[1:]))

    def looks(self, *, at: str = "") -> None:
        """The page as it stands, or the one at this address."""
        if at:
            self.page.goto(at)
        check_page(self.watched, self.say.language)

    def gives_a_wrong_code(self, button: str) -> None:
        self.write(self.say("One-time code"), "000000")
        self.press("button", button)
        self.reads(self.say("There is a problem"))
        self.looks()
        time.sleep(AFTER_A_WRONG_CODE)


@pytest.fixture(params=["en", "zh-hans"])
def tourist(
    chromium: Browser, running: Running, request: pytest.FixtureRequest
) -> Iterator[Tourist]:
    visitor = Tourist(chromium, Words(request.param), running)
    yield visitor
    visitor.page.context.close()


def test_pages_for_nobody_are_clean(tourist: Tourist, running: Running) -> None:
    tourist.looks(at=running.signer)
    tourist.looks(at=f"{running.signer}/steps/{NOWHERE}/")
    tourist.looks(at=running.authority)
    tourist.looks(at=f"{running.authority}/authorize?client_id=stranger")


def test_pages_of_a_newcomer_are_clean(tourist: Tourist, running: Running) -> None:
    person, account = running.newcomer()
    phone(tourist, person)
    authority(tourist, person, account)
    consent(tourist)
    devices(tourist, person)


def phone(tourist: Tourist, person: Person) -> None:
    """Setting up the phone, with a wrong code first, and the recovery codes."""
    say = tourist.say
    walks.register(tourist, say, tourist.running, person)
    walks.give_password(tourist, say, person)
    walks.take_secret(tourist, say, person)
    tourist.looks()
    tourist.gives_a_wrong_code(say("Continue"))
    walks.give_code(tourist, say, person)
    tourist.sees(say("Keep your recovery codes"))
    tourist.looks()
    tourist.press("button", say("I have kept them"))
    tourist.sees(say("Connect your firm"))


def authority(tourist: Tourist, person: Person, account: FirmAccount) -> None:
    """A wrong password; then, as somebody with two firms, the choice; then the signer's refusal
    of an answer that this browser didn't ask for; last the firm, connected."""
    say, running = tourist.say, tourist.running
    asked = {
        "client_id": "taxbridge",
        "redirect_uri": f"{running.signer}/connect/return/",
        "state": "of-another-browser",
        "nonce": "of-another-browser",
    }
    tourist.page.goto(f"{running.authority}/authorize?{urlencode(asked)}")
    tourist.looks()
    walks.sign_in_at_authority(tourist, say, FirmAccount("", account.login, "wrong"))
    tourist.reads(say("The login name or the password is wrong."))
    tourist.looks()
    second = ("--add", running.newcomer()[1].uscc, "--login", account.login, "--name", person.name)
    running.manage("authority_accounts", *second)
    walks.sign_in_at_authority(tourist, say, account)
    tourist.sees(say("Which firm do you act for?"))
    tourist.looks()
    tourist.page.get_by_role("radio").first.check()
    tourist.press("button", say("Choose and return to TaxBridge"))
    tourist.sees(say("This was begun in another browser"))
    tourist.looks()
    tourist.page.goto(f"{running.portal}/firm/connect/")
    walks.connect_firm(tourist, say, account)
    tourist.sees(say("Your score"))


def consent(tourist: Tourist) -> None:
    """The terms, with a wrong code, and once more after having said no."""
    say = tourist.say
    bank = say.name_of(walks.BANK)
    walks.answer_questions(tourist, say)
    tourist.press("button", say("Continue to the consent signer"))
    tourist.sees(say("Let %(bank)s use your tax data?", bank=bank))
    terms = tourist.page.url
    tourist.looks()
    tourist.gives_a_wrong_code(say("Allow %(bank)s", bank=bank))
    tourist.press("button", say("Do not allow"))
    tourist.page.wait_for_url(f"{tourist.running.portal}/**")
    tourist.looks(at=terms)


def devices(tourist: Tourist, person: Person) -> None:
    """The code step, with a wrong code and without the phone; then the page of devices."""
    say = tourist.say
    tourist.page.goto(f"{tourist.running.portal}/account/security/")
    tourist.press("button", say("Go to the consent signer"))
    tourist.sees(say("Enter a one-time code"))
    step = tourist.page.url
    tourist.looks()
    tourist.gives_a_wrong_code(say("Continue"))
    tourist.press("link", say("I do not have my phone"))
    tourist.sees(say("Set up another phone"))
    tourist.looks()
    tourist.page.goto(step)
    walks.give_code(tourist, say, person)
    tourist.sees(say("Passkeys, phone and recovery codes"))
    tourist.looks()
