"""What the people of one firm and two banks do about consents in the course of a year."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from portal.config.demonstration.cast import Bank
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose
from portal.sandbox.journey.people import Person
from portal.sandbox.journey.steps import FirmAccount
from tests.browser import walks
from tests.browser.hands import Hands
from tests.browser.later import Later
from tests.browser.running import Running
from tests.browser.words import Words

LOOKS = 80
PAUSE_MS = 500


@dataclass
class Timely(Person):
    """Half a minute goes by before each code, so that nobody waits for the next one."""

    later: Later = field(kw_only=True)

    def code(self) -> str:
        self.later.go_on(seconds=31)
        return super().code()


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with a browser of their own and the language they read."""

    person: Person
    hands: Hands
    say: Words
    running: Running

    def joins(self, account: FirmAccount) -> str:
        """From the start page to having connected a firm; its name."""
        walks.register(self.hands, self.say, self.running, self.person)
        walks.set_up_phone(self.hands, self.say, self.person)
        self.hands.sees(self.say("Connect your firm"))
        self.hands.write(self.say("Unified social credit code"), account.uscc)
        self.hands.press("button", self.say("Continue to the tax authority"))
        walks.sign_in_at_authority(self.hands, self.say, account)
        self.hands.page.wait_for_url(f"{self.running.portal}/**")
        return self.hands.page.get_by_role("heading", level=1).inner_text()

    def signs_in(self) -> None:
        """After weeks the portal asks again who it is."""
        self.hands.page.context.clear_cookies()
        walks.sign_in(self.hands, self.say, self.running, self.person)
        self.hands.page.wait_for_url(f"{self.running.portal}/**")

    def opens(self, path: str) -> None:
        self.hands.page.goto(self.running.portal + path)

    def reads(self, path: str, *sentences: str) -> None:
        """Look at a page again and again until it says so."""
        main = self.hands.page.get_by_role("main")
        for _ in range(LOOKS):
            self.opens(path)
            shown = main.inner_text()
            if all(self.say(sentence) in shown for sentence in sentences):
                return
            self.hands.page.wait_for_timeout(PAUSE_MS)
        raise AssertionError(f"{path} does not say {sentences}:\n{shown}")

    def lists(self, caption: str, bank: Bank) -> None:
        """Wait until the firm's consents have the bank's under this heading."""
        name = self.say(caption)
        table = self.hands.page.get_by_role("table", name=name, exact=True)
        row = table.get_by_role("row").filter(has_text=self.say.name_of(bank))
        for _ in range(LOOKS):
            self.opens("/firm/consents/")
            if row.count() == 1:
                return
            self.hands.page.wait_for_timeout(PAUSE_MS)
        raise AssertionError(f"no consent of {bank.name} under {name}")

    def asks_to_watch(self, uscc: str, *, months: int, days: int) -> None:
        """A bank's officer asks a firm for its data, to watch over a loan."""
        self.opens("/bank/consents/ask/")
        self.hands.write(self.say("Unified social credit code of the firm"), uscc)
        language = self.say.language
        self.hands.choose("radio", PURPOSE_TEXTS[Purpose.MONITORING].said_in(language))
        self.hands.choose("checkbox", CATEGORY_TEXTS[Category.VAT_INVOICES].said_in(language))
        self.hands.write(self.say("How many months of data"), str(months))
        self.hands.write(self.say("For how many days you need it"), str(days))
        self.hands.write(self.say("Why you ask, for the firm to read"), "每月关注一次。")
        self.hands.press("button", self.say("Ask the firm"))
        self.hands.reads(uscc)

    def allows(self, bank: Bank) -> None:
        """Answer what a bank asked, from the overview."""
        name = self.say.name_of(bank)
        self.reads("/firm/", "Read the terms and answer")
        self.hands.press("link", self.say("Read the terms and answer"))
        self._signs(self.say("Allow %(bank)s", bank=name))

    def confirms(self, bank: Bank) -> None:
        """As the new legal representative, what the one before signed."""
        name = self.say.name_of(bank)
        self.reads("/firm/", "Confirm or stop them")
        self.hands.press("link", self.say("Confirm or stop them"))
        self.hands.sees(self.say("Consents to confirm"))
        self.hands.press("link", f"{self.say('Read and confirm')} {name}")
        self._signs(self.say("Confirm"))

    def acknowledges(self, firm: str) -> None:
        """As a bank's officer, that a consent has ended."""
        name = f"{self.say('Acknowledge')} {firm}"
        button = self.hands.page.get_by_role("button", name=name, exact=True)
        for _ in range(LOOKS):
            self.opens("/bank/consents/")
            if button.count():
                break
            self.hands.page.wait_for_timeout(PAUSE_MS)
        self.hands.press("button", name)
        self.hands.reads(self.say("Acknowledged"))

    def loses(self, path: str) -> None:
        """Look at a page until it is theirs no more."""
        for _ in range(LOOKS):
            self.opens(path)
            if urlsplit(self.hands.page.url).path != path or self.is_refused():
                return
            self.hands.page.wait_for_timeout(PAUSE_MS)
        raise AssertionError(f"{path} is still there for {self.person.name}")

    def is_refused(self) -> bool:
        words = self.hands.page.get_by_role("heading", level=1).inner_text()
        return words in {
            self.say("You act for no organisation now"),
            self.say("You may not do this"),
        }

    def _signs(self, button: str) -> None:
        self.hands.write(self.say("One-time code"), self.person.code())
        self.hands.press("button", button)
        self.hands.page.wait_for_url(f"{self.running.portal}/**")


def newcomer(later: Later, account: FirmAccount, name: str) -> Timely:
    """Somebody whom only the tax authority knows yet."""
    address = f"{account.login}@browser.example"
    return Timely(name, address, secrets.token_hex(9), clock=later.now, later=later)


def known(running: Running, later: Later, key: str) -> Timely:
    """Somebody of the demonstration."""
    found = running.known(key)
    return Timely(
        found.name, found.email, found.password, found.secret, clock=later.now, later=later
    )
