"""Lending as its people walk it: several banks, a question, two approvals, offers, acceptance."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import expect

from portal.config.demonstration.cast import Bank
from portal.sandbox.journey.people import Person
from tests.browser import walks
from tests.browser.hands import Hands
from tests.browser.running import Running
from tests.browser.words import Words

# One of those that the clearing of the demonstration knows.
ACCOUNT = "6222000000000001"


def ask_banks(hands: Hands, say: Words, banks: Sequence[Bank], *, amount: str) -> None:
    """Tick their products and answer the questions once; ends before the first consent."""
    hands.press("link", say("Apply for a loan"))
    hands.sees(say("Compare loan products"))
    for bank in banks:
        hands.choose(
            "checkbox",
            f"{say('Ask together with others')} {say.product_of(bank)}, {say.name_of(bank)}",
        )
    hands.press("button", say("Apply to the banks ticked"))
    hands.write(say("How much do you want to borrow?"), amount)
    hands.press("button", say("Continue"))
    hands.sees(say("Over how many months do you want to repay?"))
    hands.choose("radio", say.counted("%(months)d month", "%(months)d months", 12, "months"))
    hands.press("button", say("Continue"))
    hands.write(say("What will you use the money for?"), "Raw material for three orders.")
    hands.press("button", say("Continue"))


def allow_bank(hands: Hands, say: Words, person: Person, bank: Bank) -> None:
    """One bank's consent at the signer, from the page that asks for it."""
    hands.sees(say("Next: your consent for the tax data"))
    hands.press("button", say("Continue to the consent signer"))
    name = say.name_of(bank)
    hands.sees(say("Let %(bank)s use your tax data?", bank=name))
    hands.write(say("One-time code"), person.code())
    hands.press("button", say("Allow %(bank)s", bank=name))


def send_to(hands: Hands, say: Words, *, banks: int) -> str:
    """Send to all of them; the address of the request's page."""
    hands.sees(say("Check your answers"))
    send = say.counted("Send to %(banks)s bank", "Send to %(banks)s banks", banks, "banks")
    hands.press("button", send)
    hands.sees(say("Your loan request"))
    return hands.page.url


def wait_for_bank(hands: Hands, say: Words, request: str, bank: Bank) -> None:
    """Look at the request until this bank has the case."""
    row = hands.page.get_by_role("row").filter(has_text=say.name_of(bank))
    arrived = say("The bank has your application and will decide.")
    for _ in range(60):
        hands.page.goto(request)
        if row.get_by_text(arrived).count():
            return
        hands.page.wait_for_timeout(1000)
    raise AssertionError(f"no case at {bank.name}")


def official(hands: Hands, say: Words, running: Running, key: str) -> Hands:
    """Somebody of the demonstration, signed in."""
    walks.sign_in(hands, say, running, running.known(key))
    hands.sees(say("Applications"))
    return hands


def open_case(hands: Hands, say: Words, running: Running, firm: str) -> None:
    hands.page.goto(f"{running.portal}/bank/")
    hands.sees(say("Applications"))
    hands.press("link", firm)
    hands.sees(firm)


def ask_firm(hands: Hands, say: Words, running: Running, firm: str, question: str) -> None:
    open_case(hands, say, running, firm)
    hands.press("link", say("Ask the firm"))
    hands.write(say("Question to the firm"), question)
    hands.press("button", say("Send the question"))
    hands.reads(question)


def answer(hands: Hands, say: Words, request: str, bank: Bank, text: str) -> None:
    """From the request's page to the bank's question and its answer."""
    hands.page.goto(request)
    row = hands.page.get_by_role("row").filter(has_text=say.name_of(bank))
    hands.press("link", row.get_by_role("link").first.inner_text())
    hands.press("link", say("Answer the question"))
    hands.sees(say("The bank’s question"))
    hands.write(say("Your answer"), text)
    hands.press("button", say("Send answer"))
    hands.reads(text)


def propose(hands: Hands, say: Words, running: Running, firm: str) -> None:
    """Approve more than one person may."""
    _decide(hands, say, running, firm)
    hands.reads(say("Your approval is proposed. It needs a second person, who has been told."))


def second(hands: Hands, say: Words, running: Running, firm: str) -> None:
    """Approve what a colleague proposes."""
    open_case(hands, say, running, firm)
    hands.press("link", say("Check the proposal"))
    hands.choose("radio", say("Approve"))
    hands.press("button", say("Record"))
    hands.reads(say("The approval is recorded, and the firm can see it."))


def offer(hands: Hands, say: Words, running: Running, firm: str, *, amount: str) -> None:
    """Approve less than was asked for, so that one person may."""
    _decide(hands, say, running, firm, amount=amount)
    hands.reads(say("Your decision is recorded, and the firm can see it."))


def accept(hands: Hands, say: Words, person: Person, bank: Bank) -> None:
    """The second factor under one of the offers."""
    name = say.name_of(bank)
    hands.press("button", f"{say('Accept')} {name}")
    hands.choose("radio", say("Bank transfer to the firm’s account"))
    hands.write(say("Your firm’s account or wallet number"), ACCOUNT)
    hands.press("button", say("Go on to sign"))
    hands.sees(say("Accept the offer of %(bank)s?", bank=name))
    hands.write(say("One-time code"), person.code())
    hands.press("button", say("Accept this offer"))
    hands.sees(say("Your loan request"))


def sign(hands: Hands, say: Words, running: Running, firm: str, person: Person) -> None:
    """The bank's signature at the signer, under what the firm signed there."""
    hands.page.goto(f"{running.portal}/bank/?show=accepted")
    hands.press("link", firm)
    hands.press("button", say("Sign the agreement"))
    hands.write(say("One-time code"), person.code())
    hands.press("button", say("Sign this agreement"))
    hands.reads(say("Both sides signed the agreement."))


def look_at_loan(hands: Hands, say: Words, running: Running) -> None:
    """The newest loan of the firm's, once its money has arrived."""
    for _ in range(60):
        hands.page.goto(f"{running.portal}/firm/loans/")
        if hands.page.get_by_text(say("Running"), exact=True).count():
            break
        hands.page.wait_for_timeout(500)
    hands.page.get_by_role("main").get_by_role("row").get_by_role("link").first.click()
    hands.reads(say("Nothing is overdue."))


def pay(hands: Hands, say: Words, *, amount: str) -> None:
    """Pay so much now, after a look at what it pays; ends when it has arrived."""
    hands.write(say("Amount in yuan"), amount)
    hands.press("button", say("Pay this amount"))
    hands.sees(say("Pay this now?"))
    hands.press("button", say("Pay now"))
    _until_reads(hands, say("What was paid"))


def pay_back(hands: Hands, say: Words, *, amount: str) -> None:
    """Pay all that is owed; ends when the loan is closed."""
    hands.press("button", say("Pay everything back: %(amount)s", amount=amount))
    hands.sees(say("Pay this now?"))
    hands.press("button", say("Pay now"))
    _until_reads(hands, say("This loan is closed."))


def reads_closed(hands: Hands, say: Words, running: Running, firm: str) -> None:
    """The bank's list and its page of the firm's loan."""
    hands.page.goto(f"{running.portal}/bank/loans/")
    row = hands.page.get_by_role("row").filter(has_text=firm)
    row.get_by_role("link").first.click()
    hands.sees(say("Closing statement"))


def _until_reads(hands: Hands, words: str) -> None:
    for _ in range(60):
        if hands.page.get_by_text(words).count():
            return
        hands.page.wait_for_timeout(500)
        hands.page.reload()
    raise AssertionError(f"never read: {words}")


def _decide(hands: Hands, say: Words, running: Running, firm: str, *, amount: str = "") -> None:
    open_case(hands, say, running, firm)
    hands.press("link", say("Decide"))
    hands.choose("radio", say("Approve"))
    hands.choose("checkbox", say("Turnover supports the instalments"))
    if amount:
        hands.write(say("Amount that you offer"), amount)
    hands.press("button", say("Record the decision"))
    expect(hands.page).to_have_url(re.compile(r"/bank/cases/[0-9a-f-]+/$"))
