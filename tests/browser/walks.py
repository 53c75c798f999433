"""The journey as its people walk it: the firm's owner, the bank's officer, the regulator."""

from __future__ import annotations

import re
import time

from portal.config.demonstration.cast import BANKS
from portal.sandbox.journey.pages import Page as Seen
from portal.sandbox.journey.people import Person, mailed_link
from portal.sandbox.journey.steps import FirmAccount
from tests.browser.hands import Hands
from tests.browser.running import Running
from tests.browser.words import Words

BANK = BANKS[0]
SCORE_MS = 60_000


def register(hands: Hands, say: Words, running: Running, person: Person) -> None:
    """From the start page to a confirmed address."""
    hands.page.goto(running.portal)
    hands.press("link", say("Register firm"))
    hands.sees(say("Register"))
    hands.write(say("Full name"), person.name)
    hands.write(say("Mobile phone number"), "+86 000 0000 9999")
    hands.write(say("E-mail address"), person.email)
    hands.write(say("Password"), person.password)
    hands.press("button", say("Register"))
    hands.sees(say("Look in your mailbox"))
    hands.page.goto(mailed_link(running.place.mail, to=person.email, part="/account/confirm/"))
    hands.press("button", say("Confirm this address"))
    hands.sees(say("Your account is ready"))
    hands.press("link", say("Sign in"))


def set_up_phone(hands: Hands, say: Words, person: Person) -> None:
    """Sign in for the first time: the secret beside the QR code, a code, the recovery codes."""
    give_password(hands, say, person)
    take_secret(hands, say, person)
    give_code(hands, say, person)
    hands.sees(say("Keep your recovery codes"))
    codes = re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", hands.page.get_by_role("main").inner_text())
    assert len(set(codes)) == 10
    hands.press("button", say("I have kept them"))


def take_secret(hands: Hands, say: Words, person: Person) -> None:
    """Type the secret that folds under the QR code into the person's phone."""
    hands.sees(say("Set up your phone"))
    hands.unfold(say("I cannot scan it"))
    shown = hands.page.get_by_role("main").inner_text()
    person.take_phone(Seen(hands.page.url, 200, "", text=shown))


def sign_in(hands: Hands, say: Words, running: Running, person: Person) -> None:
    """Password at the portal, code at the signer."""
    hands.page.goto(f"{running.portal}/account/sign-in/")
    give_password(hands, say, person)
    hands.sees(say("Enter a one-time code"))
    give_code(hands, say, person)


def give_password(hands: Hands, say: Words, person: Person) -> None:
    hands.sees(say("Sign in"))
    hands.write(say("E-mail address"), person.email)
    hands.write(say("Password"), person.password)
    hands.press("button", say("Continue"))


def give_code(hands: Hands, say: Words, person: Person) -> None:
    hands.write(say("One-time code"), person.code())
    hands.press("button", say("Continue"))


def connect_firm(hands: Hands, say: Words, account: FirmAccount) -> str:
    """To the tax authority's own sign-in and back with its word; the firm's name."""
    hands.sees(say("Connect your firm"))
    hands.write(say("Unified social credit code"), account.uscc)
    hands.press("button", say("Continue to the tax authority"))
    sign_in_at_authority(hands, say, account)
    hands.finds("link", say("Apply for a loan"))
    return hands.page.get_by_role("heading", level=1).inner_text()


def sign_in_at_authority(hands: Hands, say: Words, account: FirmAccount) -> None:
    """Login name and password, on the page that belongs to the authority."""
    hands.sees(say("Sign in to the tax authority"))
    hands.write(say("Login name"), account.login)
    hands.write(say("Password"), account.password)
    hands.press("button", say("Sign in and return to TaxBridge"))


def answer_questions(hands: Hands, say: Words) -> str:
    """From the overview to the page that asks for a consent; the application's id."""
    hands.press("link", say("Apply for a loan"))
    hands.sees(say("Compare loan products"))
    hands.press("button", f"{say('Apply')} {say.product_of(BANK)}")
    hands.write(say("How much do you want to borrow?"), "300,000")
    hands.press("button", say("Continue"))
    hands.sees(say("Over how many months do you want to repay?"))
    hands.choose("radio", say.counted("%(months)d month", "%(months)d months", 12, "months"))
    hands.press("button", say("Continue"))
    hands.write(say("What will you use the money for?"), "Raw material for three orders.")
    hands.press("button", say("Continue"))
    hands.sees(say("Next: your consent for the tax data"))
    return hands.page.url.rstrip("/").split("/")[-2]


def allow(hands: Hands, say: Words, person: Person) -> int:
    """From asking for the consent to having allowed it; how many presses it took."""
    before = hands.presses
    hands.press("button", say("Continue to the consent signer"))
    bank = say.name_of(BANK)
    hands.sees(say("Let %(bank)s use your tax data?", bank=bank))
    hands.write(say("One-time code"), person.code())
    hands.press("button", say("Allow %(bank)s", bank=bank))
    hands.sees(say("Check your answers"))
    return hands.presses - before


def send(hands: Hands, say: Words, *, has_script: bool) -> None:
    """Send the application and watch its steps until score and reasons are there."""
    hands.press("button", say("Send application"))
    hands.sees(say("What is happening now"))
    hands.reads(say("Records fetched from the tax authority"))
    arrived = say("The bank has your application and will decide.")
    until = time.monotonic() + SCORE_MS / 1000
    while not has_script and time.monotonic() < until:
        if hands.page.get_by_text(arrived).is_visible():
            break
        with hands.page.expect_navigation():
            hands.press("link", say("Refresh"))
    hands.reads(arrived, patience_ms=SCORE_MS)
    hands.sees(say("Your score"))
    hands.sees(say("What moved your score most"))


def approve(hands: Hands, say: Words, running: Running, firm: str, reason: str) -> None:
    """The officer takes the case from the queue, and approves it for one coded reason."""
    hands.page.goto(f"{running.portal}/bank/")
    hands.sees(say("Applications"))
    hands.press("link", firm)
    hands.sees(say("What moved the score most"))
    hands.press("link", say("Decide"))
    hands.choose("radio", say("Approve"))
    hands.choose("checkbox", say(reason))
    hands.press("button", say("Record the decision"))
    hands.reads(say("Your decision is recorded, and the firm can see it."))


def find_in_ledger(hands: Hands, say: Words, running: Running, reference: str, event: str) -> None:
    """The regulator looks for everything about one thing, and opens the newest such event."""
    hands.page.goto(f"{running.portal}/regulator/")
    hands.write(say("Entry number, receipt code or reference"), reference)
    hands.press("button", say("Search"))
    hands.page.wait_for_url("**?q=*")
    row = hands.page.get_by_role("row").filter(has_text=say(event)).first
    hands.press("link", row.get_by_role("link").first.inner_text())
    hands.reads(say("This entry matches its hash and its neighbours."))


def stop(hands: Hands, say: Words, running: Running) -> int:
    """From the firm's overview to a stopped consent; how many presses it took."""
    hands.page.goto(f"{running.portal}/firm/")
    before = hands.presses
    bank = say.name_of(BANK)
    hands.press("link", f"{say('Stop sharing')} {bank}")
    hands.sees(say("Stop %(bank)s from using your tax data?", bank=bank))
    hands.press("button", say("Stop sharing"))
    hands.reads(say("Stopped. From this moment the bank cannot use your tax data."))
    return hands.presses - before
